// Rows into a file: whole under its name, or not at all.
import { randomBytes } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import type { Statement, StatementColumn } from "../../workspace/statement.ts";
import type { ToolContext } from "../define.ts";
import { renameToFree } from "../transfer/local-write.ts";
import { holdsFormula, lineWriter, type RowWriter, type WriteBytes } from "./export-lines.ts";
import { linkedRows } from "./result-links.ts";

export type ExportFormat = "csv" | "jsonl" | "parquet";

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
  const total = statement.manifest?.totalRowCount;
  if (statement.manifest?.truncated === true) throw incomplete("The workspace cut the result off");
  let rows = 0;
  let sizeBytes = 0;
  let formulaRows = 0;
  const writer = await rowWriter(format, statement.manifest?.columns ?? [], async (bytes) => {
    await handle.appendFile(bytes);
    sizeBytes += bytes.length;
  });
  for await (const chunk of linkedRows(context, statement)) {
    context.signal.throwIfAborted();
    await writer.rows(chunk);
    if (format === "csv") formulaRows += chunk.filter(holdsFormula).length;
    rows += chunk.length;
    context.progress(`${rows} rows written`, rows, total);
  }
  await writer.end();
  if (total !== undefined && total !== rows) {
    throw incomplete(`The workspace promised ${total} rows and gave ${rows}`);
  }
  return { rows, sizeBytes, formulaRows };
}

/** Parquet is loaded only where it is written. */
async function rowWriter(
  format: ExportFormat,
  columns: readonly StatementColumn[],
  write: WriteBytes,
): Promise<RowWriter> {
  if (format !== "parquet") return lineWriter(format, columns, write);
  const { parquetWriter } = await import("./export-parquet.ts");
  return parquetWriter(columns, write);
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
