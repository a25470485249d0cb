// write_notebook: a whole notebook, new or in the place of one.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject } from "../../platform/json.ts";
import { parseIpynb } from "../../notebook/ipynb.ts";
import { commentTokens } from "../../notebook/language.ts";
import { headerLanguage, parseSource } from "../../notebook/source.ts";
import { toSource } from "../../notebook/to-source.ts";
import type { ObjectInfo } from "../../workspace/objects.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { workspacePathTarget } from "../targets.ts";
import { asksNobody } from "../question.ts";
import { notebookPathInput } from "../fields.ts";
import { absolutePath } from "../paths.ts";
import { fieldLines, fieldText } from "../text.ts";
import { languageOf, storeNotebook } from "./source.ts";

export const writeNotebook = defineTool({
  name: "write_notebook",
  toolset: "notebooks",
  effect: "destructive",
  idempotent: true,
  title: "Write a whole notebook",
  description:
    'Writes a whole notebook; missing folders are made. Cells are parted by a line "# COMMAND ----------" ("-- COMMAND ----------" in SQL, "// COMMAND ----------" in Scala); a cell in another language has "# MAGIC %sql" and so on before each line. .ipynb JSON is taken too. To change single cells use update_notebook_cell.',
  input: z.strictObject({
    notebook_path: notebookPathInput,
    content: z.string(),
    language: z
      .preprocess(lowerCase, z.enum(["python", "sql", "scala", "r"]))
      .optional()
      .describe("Default: what the content or the present notebook says, else python"),
    overwrite: z.boolean().default(true),
  }),
  spellings: { path: "notebook_path" },
  output: z.object({
    path: z.string(),
    status: z.enum(["created", "overwritten"]),
    language: z.string(),
    total_cells: z.number(),
    folder_created: z.string().optional(),
  }),
  // Its version history keeps what stood there.
  confirm: asksNobody,
  targets: async ({ notebook_path }, context) => [await workspacePathTarget(context, notebook_path)],
  run: async (context, input) => {
    const path = await absolutePath(context, input.notebook_path);
    const present = await presentAt(context, path);
    refuseOtherKind(path, present, input.overwrite);
    const made = isIpynb(input.content) ? fromIpynb(input.content) : fromSource(input, present);
    const madeFolder = await storeNotebook(context, { path, overwrite: input.overwrite, ...made });
    return {
      path,
      status: present === undefined ? ("created" as const) : ("overwritten" as const),
      language: made.language,
      total_cells: made.cells,
      folder_created: madeFolder ? path.slice(0, path.lastIndexOf("/")) : undefined,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

/** The workspace itself writes PYTHON. */
function lowerCase(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : value;
}

async function presentAt({ workspace, signal }: ToolContext, path: string): Promise<ObjectInfo | undefined> {
  try {
    return await workspace.objects.getStatus(path, { signal });
  } catch (thrown) {
    if (thrown instanceof MortarError && thrown.code === "not_found") return undefined;
    throw thrown;
  }
}

function refuseOtherKind(path: string, present: ObjectInfo | undefined, overwrite: boolean): void {
  if (present === undefined) return;
  if (present.objectType !== "NOTEBOOK") {
    throw new MortarError("already_exists", `There is a ${present.objectType} at ${path}`, {
      hint: "Choose another path: a notebook cannot take its place.",
    });
  }
  if (overwrite) return;
  throw new MortarError("already_exists", `There is a notebook at ${path}`, {
    hint: "Give overwrite true to replace it, or another path.",
  });
}

interface Made {
  readonly content: string;
  readonly format: "SOURCE" | "JUPYTER";
  readonly language: "python" | "sql" | "scala" | "r";
  readonly cells: number;
}

function fromSource(
  input: { content: string; language?: Made["language"] | undefined },
  present: ObjectInfo | undefined,
): Made {
  const { source, language } = toSource(input.content, input.language ?? keptLanguage(input.content, present));
  return { content: source, format: "SOURCE", language, cells: parseSource(source, language).cells.length };
}

/** The language of the notebook that is replaced, unless the content's header or separators are of another kind. */
function keptLanguage(content: string, present: ObjectInfo | undefined): Made["language"] | undefined {
  const before = languageOf(present);
  if (before === undefined) return undefined;
  const header = headerLanguage(content);
  const token =
    header === undefined ? /^(#|--|\/\/) COMMAND ----------\s*$/m.exec(content)?.[1] : commentTokens[header];
  return token === undefined || token === commentTokens[before] ? before : undefined;
}

function isIpynb(content: string): boolean {
  if (!/^\s*\{/.test(content) || !content.includes('"nbformat"')) return false;
  try {
    const parsed: unknown = JSON.parse(content);
    return isObject(parsed) && "nbformat" in parsed && Array.isArray(parsed["cells"]);
  } catch {
    return false;
  }
}

function fromIpynb(content: string): Made {
  const notebook = parseIpynb(content);
  return { content, format: "JUPYTER", language: notebook.language, cells: notebook.cells.length };
}
