// Rows into a file: whole under its name, or not at all.
import { randomBytes } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import type { Statement } from "../../workspace/statement.ts";
import type { ToolContext } from "../define.ts";
import { renameToFree } from "../transfer/local-write.ts";
import { holdsFormula, lineWriter, type ExportFormat } from "./export-lines.ts";
import { linkedRows } from "./result-links.ts";

export interface ExportTarget {
  readonly file: string;
  readonly format: ExportFormat;
  /** Whether what has the name by the end is replaced. */
  readonly overwrite: boolean;
}

/**
 * Written rows, bytes, and how many rows of a CSV hold what a spreadsheet takes for a formula. Throws `already_exists` for a name that was taken meanwhile, `io` for a folder
 * that is not there, is closed or is full; then the file is as it was.
 */
export async function writeRows(context: ToolContext, statement: Statement, target: ExportTarget) {
  const part = `${target.file}.${randomBytes(6).toString("hex")}.part`;
  try {
    const handle = await open(part, "wx");
    const written = await writeAll(context, statement, { ...target, handle }).finally(() => handle.close());
    if (target.overwrite) await rename(part, target.file);
    else await renameToFree(part, target.file);
    return written;
  } catch (thrown) {
    await rm(part, { force: true }).catch(() => undefined);
    const isOurs = thrown instanceof MortarError || errnoOf(thrown) === undefined;
    throw isOurs ? thrown : notWritten(target.file, thrown);
  }
}

async function writeAll(
  context: ToolContext,
  statement: Statement,
  { format, handle }: ExportTarget & { readonly handle: FileHandle },
) {
  const writer = lineWriter(format, statement.manifest?.columns ?? []);
  const total = statement.manifest?.totalRowCount;
  if (statement.manifest?.truncated === true) throw incomplete("The workspace cut the result off");
  let rows = 0;
  let sizeBytes = 0;
  let formulaRows = 0;
  const write = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    await handle.appendFile(bytes);
    sizeBytes += bytes.length;
  };
  await write(writer.head);
  for await (const chunk of linkedRows(context, statement)) {
    context.signal.throwIfAborted();
    let text = "";
    for (const row of chunk) {
      text += writer.line(row);
      if (format === "csv" && holdsFormula(row)) formulaRows += 1;
      if (text.length < 1_000_000) continue;
      await write(text);
      text = "";
    }
    await write(text);
    rows += chunk.length;
    context.progress(`${rows} rows written`, rows, total);
  }
  if (total !== undefined && total !== rows) {
    throw incomplete(`The workspace promised ${total} rows and gave ${rows}`);
  }
  return { rows, sizeBytes, formulaRows };
}

function incomplete(message: string): MortarError {
  return new MortarError("bad_response", message, { hint: "Nothing was written. Call again." });
}

function notWritten(file: string, thrown: unknown): MortarError {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `there is no folder ${dirname(file)}`,
    EACCES: "the folder is closed to this user",
    EROFS: "the disk can only be read",
    ENOSPC: "the disk is full",
  };
  const code = errnoOf(thrown) ?? "";
  return new MortarError("io", `${file} could not be written: ${reasons[code] ?? code}`, {
    hint: "Nothing is left of it.",
    cause: thrown,
  });
}
