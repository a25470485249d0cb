// The files of a project: looked at, written, moved, brought in and taken out.
import * as z from "zod";
import { MortarError } from "../../../platform/errors.ts";
import type { Role } from "../../contract/api.ts";
import { projectFor } from "../access.ts";
import { downloadHeaders } from "../headers.ts";
import { mostUploadBytes, readBytes, readForm } from "../request-body.ts";
import { route, type Call, type Route } from "../route.ts";
import { done, fileEntry, fileText } from "../wire-fields.ts";

/** What leads where is the project's own matter; here only what could be no path at all is refused. */
const path = z.string().min(1, "the path is empty").max(4_096, "the path is too long");
const folder = z.string().max(4_096, "the path is too long");
const success = z.object({ success: done });

const base = "/api/projects/{project_id}/files";

type Asking = Pick<Call, "parts" | "caller"> & { readonly params: { readonly project_id: string } };

/** The id of the project, where the caller may do this, with its folder on disk. */
async function opened(asking: Asking, need: Role): Promise<string> {
  const { id } = await projectFor(asking, asking.params.project_id, need);
  await asking.parts.projects.open(id);
  return id;
}

/** The id of the project, and that its folder has changed when `work` is done. */
async function changing<T>(asking: Asking, work: (id: string) => Promise<T>): Promise<T> {
  const id = await opened(asking, "work");
  try {
    return await work(id);
  } finally {
    asking.parts.projects.changed(id);
  }
}

const below = (folder: string, name: string): string =>
  folder === "" ? name : `${folder.replace(/\/+$/, "")}/${name}`;

export const fileRoutes: readonly Route[] = [
  route(`GET ${base}`, {
    summary: "The files of a project, or of one folder of it",
    query: z.strictObject({ folder: folder.exactOptional(), hidden: z.enum(["true", "false"]).exactOptional() }),
    answer: z.object({ project_id: z.string(), files: z.array(fileEntry) }),
    run: async (call) => {
      const id = await opened(call, "view");
      const { folder, hidden } = call.query;
      const wish = { ...(folder === undefined ? {} : { folder }), hidden: hidden === "true" };
      return { project_id: id, files: await call.parts.projects.files.list(id, wish) };
    },
  }),
  route(`DELETE ${base}`, {
    summary: "Delete a file, or a folder with all that is in it",
    query: z.strictObject({ path }),
    answer: success,
    run: (call) =>
      changing(call, async (id) => {
        await call.parts.projects.files.remove(id, call.query.path);
        return { success: true } as const;
      }),
  }),
  route(`GET ${base}/content`, {
    summary: "The text of a file",
    query: z.strictObject({ path }),
    answer: fileText,
    run: async (call) => await call.parts.projects.files.read(await opened(call, "view"), call.query.path),
  }),
  route(`PUT ${base}/content`, {
    summary: "Write the text of a file, unless it has changed since it was read",
    body: z.strictObject({ path, content: z.string(), version: z.string().max(200).nullable().exactOptional() }),
    answer: fileText,
    run: (call) =>
      changing(call, async (id) => {
        const { path, content, version } = call.body;
        return await call.parts.projects.files.write(id, path, new TextEncoder().encode(content), version);
      }),
  }),
  route(`POST ${base}/upload`, {
    summary: "Bring files in by a form: each part that is a file goes into the folder under its name",
    query: z.strictObject({ folder: folder.exactOptional() }),
    body: "form",
    answer: z.object({ files: z.array(fileText) }),
    run: (call) =>
      changing(call, async (id) => {
        const form = await readForm(call.body);
        const named = form.get("folder");
        const into = call.query.folder ?? (typeof named === "string" ? named : "");
        const given = [...form.values()].flatMap((part) => (typeof part === "string" ? [] : [part as File]));
        if (given.length === 0) {
          throw new MortarError("invalid_input", "The form has no file in it", { hint: "Choose a file, and send it." });
        }
        const files = [];
        for (const file of given) {
          const bytes = new Uint8Array(await file.arrayBuffer());
          files.push(await call.parts.projects.files.write(id, below(into, file.name), bytes));
        }
        return { files };
      }),
  }),
  route(`PUT ${base}/raw`, {
    summary: "Write a file: the body is its content",
    query: z.strictObject({ path, version: z.string().max(200).exactOptional() }),
    body: "file",
    answer: fileText,
    run: (call) =>
      changing(call, async (id) => {
        const bytes = await readBytes(call.body, mostUploadBytes);
        return await call.parts.projects.files.write(id, call.query.path, bytes, call.query.version);
      }),
  }),
  route(`POST ${base}/mkdir`, {
    summary: "Make a folder",
    body: z.strictObject({ path }),
    answer: success,
    run: (call) =>
      changing(call, async (id) => {
        await call.parts.projects.files.makeFolder(id, call.body.path);
        return { success: true } as const;
      }),
  }),
  route(`POST ${base}/move`, {
    summary: "Move or rename a file or a folder",
    body: z.strictObject({ from: path, to: path }),
    answer: success,
    run: (call) =>
      changing(call, async (id) => {
        await call.parts.projects.files.move(id, call.body.from, call.body.to);
        return { success: true } as const;
      }),
  }),
  route(`GET ${base}/download`, {
    summary: "A file, to be saved",
    query: z.strictObject({ path }),
    answer: "bytes",
    run: async (call) => {
      const found = await call.parts.projects.files.open(await opened(call, "view"), call.query.path);
      const headers = {
        ...downloadHeaders(found.name, shownType(found.media_type)),
        "content-length": `${found.size}`,
      };
      return new Response(found.file, { headers });
    },
  }),
  route(`GET ${base}/zip`, {
    summary: "All files, or those of one folder, as a zip",
    query: z.strictObject({ folder: folder.exactOptional() }),
    answer: "bytes",
    run: async (call) => {
      const project = await projectFor(call, call.params.project_id, "view");
      const { folder } = call.query;
      await call.parts.projects.open(project.id);
      const zip = await call.parts.projects.files.zip(project.id, folder === "" ? undefined : folder);
      const last = folder?.split("/").findLast((part) => part !== "") ?? project.name;
      return new Response(zip, { headers: downloadHeaders(`${last}.zip`, "application/zip") });
    },
  }),
];

/** Images may be shown within a page of ours; all else is bytes, so that no browser runs it. */
function shownType(mediaType: string): string {
  return /^image\/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml)$/.test(mediaType) ? mediaType : "application/octet-stream";
}
