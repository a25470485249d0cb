// A part of a statement's result: rows with values of their kinds, as many as fit, and where the rest begins.
import type { Statement, StatementColumn } from "../../workspace/statement.ts";
import type { StatementChunk } from "../../workspace/statements.ts";
import type { ToolContext } from "../define.ts";
import type { CellValue } from "../fields.ts";
import { cutText } from "../limits.ts";

export interface RowPage {
  readonly columns: string[];
  readonly types: string[];
  readonly rows: CellValue[][];
  readonly returned: number;
  readonly offset: number;
  readonly total_rows: number | undefined;
  readonly truncated: boolean;
  /** Where the rest begins; undefined when nothing is left, or the workspace kept no more. */
  readonly next_offset: number | undefined;
  /** Values that are longer than one may be. */
  readonly cut_values: number | undefined;
}

export interface PageWish {
  readonly offset: number;
  readonly maxRows: number;
}

/** Reads chunk by chunk until the wish is fulfilled or the limits are reached. The statement has succeeded. */
export async function rowPage(context: ToolContext, statement: Statement, wish: PageWish): Promise<RowPage> {
  const columns = (statement.manifest?.columns ?? []).toSorted((one, other) => one.position - other.position);
  const room = { rows: Math.min(wish.maxRows, context.limits.rows), chars: context.limits.textChars };
  const taken: CellValue[][] = [];
  let cut = 0;
  let more = false;
  for await (const chunk of chunksFrom(context, statement, wish.offset)) {
    const skipped = Math.max(0, wish.offset - chunk.rowOffset);
    for (const row of chunk.rows.slice(skipped)) {
      const values = columns.map((column, at) => valueOf(row[at] ?? null, column, context.limits.cellChars));
      const size = JSON.stringify(values.map(({ value }) => value)).length;
      more = taken.length >= room.rows || (room.chars < size && taken.length > 0);
      if (more) break;
      room.chars -= size;
      cut += values.filter(({ isCut }) => isCut).length;
      taken.push(values.map(({ value }) => value));
    }
    if (more) break;
  }
  const end = wish.offset + taken.length;
  return {
    columns: columns.map(({ name }) => name),
    types: columns.map(({ typeText }) => typeText),
    rows: taken,
    returned: taken.length,
    offset: wish.offset,
    total_rows: statement.manifest?.totalRowCount,
    truncated: more || statement.manifest?.truncated === true,
    next_offset: more ? end : undefined,
    cut_values: cut === 0 ? undefined : cut,
  };
}

/** The chunks from the one that holds row `offset` on. A chunk that names itself as the next ends them. */
async function* chunksFrom(
  { workspace, signal }: ToolContext,
  { statementId, result, manifest }: Statement,
  offset: number,
): AsyncGenerator<StatementChunk> {
  if (result === undefined) return;
  const holder = (manifest?.chunks ?? []).findLast(({ rowOffset }) => rowOffset <= offset);
  const isFirst = holder === undefined || holder.chunkIndex === result.chunkIndex;
  let chunk = isFirst ? result : await workspace.statements.chunk(statementId, holder.chunkIndex, { signal });
  for (;;) {
    yield chunk;
    const next = chunk.nextChunkIndex;
    if (next === undefined || next <= chunk.chunkIndex) return;
    chunk = await workspace.statements.chunk(statementId, next, { signal });
  }
}

const integers: ReadonlySet<string> = new Set(["BYTE", "SHORT", "INT", "LONG"]);
const floats: ReadonlySet<string> = new Set(["FLOAT", "DOUBLE"]);

/** A number where nothing of it is lost, else its text: decimals, and integers of more than 53 bits. */
export function valueOf(text: string | null, { typeName }: Pick<StatementColumn, "typeName">, maxChars: number) {
  if (text === null) return { value: null, isCut: false };
  if (typeName === "BOOLEAN" && (text === "true" || text === "false")) return { value: text === "true", isCut: false };
  const number = integers.has(typeName) || floats.has(typeName) ? Number(text) : Number.NaN;
  const isWhole = Number.isFinite(number) && (floats.has(typeName) || Number.isSafeInteger(number));
  if (isWhole) return { value: number, isCut: false };
  const { text: shown, truncated } = cutText(text, maxChars);
  return { value: truncated ? `${shown}…` : shown, isCut: truncated };
}
