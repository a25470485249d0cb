// search_workspace: notebooks and files by their names, or by what is in them.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { isoTime, pathInput, tableFields, tableOf, waitSecondsInput } from "../fields.ts";
import { fitting } from "../limits.ts";
import { absolutePath, explainingPath } from "../paths.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { fileText } from "../transfer/file-text.ts";
import { limitOf } from "../transfer/outcome.ts";
import { workspaceEntries, type WorkspaceEntry } from "./tree.ts";

export const searchWorkspace = defineTool({
  name: "search_workspace",
  toolset: "workspace",
  effect: "read",
  title: "Search the workspace",
  description:
    "Finds notebooks, files and folders below a folder by a part of their name; with contains, only notebooks and files with that text, and the line where it stands.",
  input: z.strictObject({
    path: pathInput("Folder to search below; ~ is your home folder").default("~"),
    name: z.string().default("").describe("Part of the name, in any case; * and ? are taken"),
    contains: z.string().min(2, "has at least two characters").optional().describe("Text, in any case"),
    limit: z.int().min(1).max(500).default(50),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object({
    path: z.string(),
    ...tableFields,
    returned: z.number(),
    looked_at: z.number(),
    truncated: z.boolean(),
    hint: z.string().optional(),
  }),
  spellings: { workspace_path: "path" },
  run: async (context, input) => {
    const path = await absolutePath(context, input.path);
    const search = { path, matches: nameTest(input.name), contains: input.contains?.toLowerCase(), limit: input.limit };
    const end = limitOf(context, input);
    const { found, lookedAt, stopped } = await explainingPath(context, path, () => searched(context, search, end));
    const shown = fitting(found, context.limits.textChars);
    return {
      path,
      ...tableOf(shown, {
        path: (one) => one.path,
        type: (one) => one.type,
        modified: (one) => one.modified,
        line: (one) => one.line,
        text: (one) => one.text,
      }),
      returned: shown.length,
      looked_at: lookedAt,
      truncated: stopped !== undefined || shown.length < found.length,
      hint: stopped ?? (found.length === 0 ? "Nothing matches that you can see." : undefined),
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

interface Search {
  readonly path: string;
  readonly matches: (name: string) => boolean;
  readonly contains: string | undefined;
  readonly limit: number;
}

interface Hit {
  readonly path: string;
  readonly type: string;
  readonly modified: string | undefined;
  readonly line: number | undefined;
  readonly text: string | undefined;
}

interface Searched {
  readonly found: readonly Hit[];
  readonly lookedAt: number;
  /** Why it ended before its end. */
  readonly stopped: string | undefined;
}

const mostTexts = 2_000;
const tellEvery = 100;

async function searched(context: ToolContext, search: Search, end: AbortSignal): Promise<Searched> {
  const found: Hit[] = [];
  let lookedAt = 0;
  let texts = 0;
  const narrower = "Search below a deeper folder, or with a longer name.";
  const result = (stopped?: string): Searched => ({ found, lookedAt, stopped });
  for await (const entry of workspaceEntries(context, search.path)) {
    if (end.aborted) return result(`The time was over after ${lookedAt} objects. ${narrower}`);
    lookedAt += 1;
    if (lookedAt % tellEvery === 0) context.progress(`${lookedAt} objects looked at, ${found.length} found`);
    if (entry.problem !== undefined || !search.matches(entry.name)) continue;
    if (search.contains === undefined) {
      found.push(hitOf(search.path, entry));
    } else if (hasText(entry)) {
      texts += 1;
      const line = await lineWith(context, search, entry);
      if (line !== undefined) found.push({ ...hitOf(search.path, entry), ...line });
    }
    if (found.length >= search.limit) return result(`It ended at ${search.limit} that match: there may be more.`);
    if (texts >= mostTexts) return result(`It read ${mostTexts} notebooks and files. ${narrower}`);
  }
  return result();
}

function hitOf(root: string, { parts, info }: WorkspaceEntry): Hit {
  const path = [root === "/" ? "" : root, ...parts].join("/");
  return { path, type: info.objectType, modified: isoTime(info.modifiedAtMs), line: undefined, text: undefined };
}

const largestBytes = 2 * 1024 * 1024;

function hasText({ info }: WorkspaceEntry): boolean {
  return info.objectType === "NOTEBOOK" || (info.objectType === "FILE" && (info.sizeBytes ?? 0) <= largestBytes);
}

/** The first line with the text; undefined where there is none, or the object cannot be read any more. */
async function lineWith(
  { workspace, signal }: ToolContext,
  { path, contains = "" }: Search,
  { parts, info }: WorkspaceEntry,
): Promise<{ readonly line: number; readonly text: string } | undefined> {
  const format = info.objectType === "NOTEBOOK" ? "SOURCE" : "AUTO";
  try {
    const { content } = await workspace.objects.export([path === "/" ? "" : path, ...parts].join("/"), {
      format,
      signal,
    });
    const lines = fileText(content, true)?.text.split("\n") ?? [];
    const at = lines.findIndex((line) => line.toLowerCase().includes(contains));
    return at === -1 ? undefined : { line: at + 1, text: (lines[at] ?? "").trim().slice(0, 200) };
  } catch (thrown) {
    const passing = ["not_found", "permission_denied", "too_large", "invalid_input"];
    if (thrown instanceof MortarError && passing.includes(thrown.code)) return undefined;
    throw thrown;
  }
}

/** Whether a name holds the part; with * or ? whether the whole name is like it. */
function nameTest(part: string): (name: string) => boolean {
  const wanted = part.toLowerCase();
  if (!/[*?]/.test(wanted)) return (name) => name.toLowerCase().includes(wanted);
  const source = wanted
    .replaceAll(/[^*?]+/g, RegExp.escape)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const pattern = new RegExp(`^${source}$`, "su");
  return (name) => pattern.test(name.toLowerCase());
}
