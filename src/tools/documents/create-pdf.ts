// create_pdf: HTML printed by a browser of this machine, into a volume.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { pathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { volumePath, volumePathInput, volumeStatus } from "../volumes/paths.ts";
import { formed, leftOut, pageSizes } from "./page.ts";
import { printPage } from "./print.ts";

export const createPdf = defineTool({
  name: "create_pdf",
  toolset: "documents",
  effect: "destructive",
  local: true,
  title: "Create a PDF",
  description:
    "Prints HTML to a PDF file in a volume, by Chrome, Chromium or Edge on the machine where this server runs. Nothing is loaded from elsewhere and no script runs: styles inline, pictures as data: URLs.",
  input: z.strictObject({
    html: z.string().min(1, "must not be empty").max(20_000_000),
    volume_path: volumePathInput.describe("The file: /Volumes/catalog/schema/volume/name.pdf"),
    page_size: z.enum(pageSizes).default("A4").describe("Unless the HTML's @page says another"),
    landscape: z.boolean().default(false),
    overwrite: z.boolean().default(false),
  }),
  output: z.object({
    volume_path: z.string(),
    size_bytes: z.number(),
    overwritten: z.boolean(),
    hint: z.string().optional(),
  }),
  spellings: { html_content: "html", path: "volume_path" },
  confirm: async ({ volume_path, overwrite }, { workspace, signal }) => {
    const path = pdfPath(volume_path);
    const there = overwrite ? await workspace.files.status(path, { signal }) : undefined;
    return there === undefined ? undefined : question`Overwrite the file ${path} for good?`;
  },
  targets: ({ volume_path }) => [pathTarget(pdfPath(volume_path))],
  run: async (context, input) => {
    const { workspace, signal, deps } = context;
    const path = pdfPath(input.volume_path);
    // Before a browser is started: the volume, and what has the name.
    await volumeStatus(context, path.split("/").slice(0, 5).join("/"));
    const there = await workspace.files.status(path, { signal });
    if (there !== undefined && (there.isDirectory || !input.overwrite)) {
      throw new MortarError("already_exists", `${path} is there already`, {
        hint: there.isDirectory
          ? "It is a folder: name a file."
          : "Take another name, or overwrite: true. Nothing was made.",
      });
    }
    context.progress("Printing the page");
    const html = formed(input.html, { pageSize: input.page_size, landscape: input.landscape });
    const pdf = await printPage(html, { deps, signal });
    context.progress("Uploading the PDF");
    await workspace.files.upload(path, new Blob([pdf], { type: "application/pdf" }), {
      overwrite: input.overwrite,
      signal,
    });
    return { volume_path: path, size_bytes: pdf.length, overwritten: there !== undefined, hint: leftOut(input.html) };
  },
  text: (output) => fieldText(fieldLines(output)),
});

/** With `.pdf` at its end. Throws `invalid_input` for what can be no file. */
function pdfPath(written: string): string {
  const { path, below, isFolder } = volumePath(written);
  if (isFolder || below.length === 0) {
    throw new MortarError("invalid_input", `${JSON.stringify(written.slice(0, 300))} names no file`, {
      hint: "Write /Volumes/catalog/schema/volume/name.pdf.",
    });
  }
  return /\.pdf$/i.test(path) ? path : `${path}.pdf`;
}
