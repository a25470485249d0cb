// What a SQL statement has come to, read from the wire: its state, the form of its result, and chunks of rows.
import type { JsonObject } from "../platform/json.ts";
import { Secret } from "../platform/secret.ts";
import { flag, number, object, objects, requiredId, text, textMap } from "./fields.ts";

export type StatementState = "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELED" | "CLOSED" | (string & {});

export interface StatementColumn {
  readonly name: string;
  readonly position: number;
  /** BOOLEAN, LONG, STRING, DECIMAL, STRUCT ... */
  readonly typeName: string;
  /** `DECIMAL(10,2)`. */
  readonly typeText: string;
}

export interface StatementManifest {
  readonly format: string | undefined;
  readonly columns: readonly StatementColumn[];
  readonly totalRowCount: number | undefined;
  readonly totalByteCount: number | undefined;
  readonly totalChunkCount: number | undefined;
  /** Where each chunk begins, as far as the workspace says. */
  readonly chunks: readonly { readonly chunkIndex: number; readonly rowOffset: number }[];
  /** `rowLimit` or `byteLimit` cut the result. */
  readonly truncated: boolean;
}

export interface ExternalLink {
  /** Carries its own credentials: never send Authorization to it, and never show it. */
  readonly url: Secret;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiration: string | undefined;
  readonly chunkIndex: number;
  readonly rowCount: number | undefined;
  readonly byteCount: number | undefined;
  readonly nextChunkIndex: number | undefined;
}

export interface StatementChunk {
  readonly chunkIndex: number;
  readonly rowOffset: number;
  /** Every value is text or null, whatever its type. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly externalLinks: readonly ExternalLink[];
  /** Undefined on the last chunk. */
  readonly nextChunkIndex: number | undefined;
}

export interface Statement {
  readonly statementId: string;
  readonly state: StatementState;
  readonly error: { readonly code: string | undefined; readonly message: string } | undefined;
  readonly sqlState: string | undefined;
  readonly manifest: StatementManifest | undefined;
  /** The first chunk, once it has succeeded. */
  readonly result: StatementChunk | undefined;
  /** True when nothing more will happen. */
  readonly ended: boolean;
}

const endStates: readonly string[] = ["SUCCEEDED", "FAILED", "CANCELED", "CLOSED"];

export function toStatement(wire: JsonObject): Statement {
  const status = object(wire, "status") ?? {};
  const error = object(status, "error");
  const manifest = object(wire, "manifest");
  const result = object(wire, "result");
  const state = text(status, "state") ?? "PENDING";
  return {
    statementId: requiredId(wire, "statement_id"),
    state,
    error: error === undefined ? undefined : { code: text(error, "error_code"), message: text(error, "message") ?? "" },
    sqlState: text(status, "sql_state"),
    manifest: manifest === undefined ? undefined : toManifest(manifest),
    result: result === undefined ? undefined : toChunk(result),
    ended: endStates.includes(state),
  };
}

export function toChunk(wire: JsonObject): StatementChunk {
  const rows = wire["data_array"];
  const externalLinks = objects(wire, "external_links").map(toLink);
  const first = externalLinks[0];
  return {
    chunkIndex: number(wire, "chunk_index") ?? first?.chunkIndex ?? 0,
    rowOffset: number(wire, "row_offset") ?? 0,
    rows: Array.isArray(rows) ? rows.map(toRow) : [],
    externalLinks,
    nextChunkIndex: number(wire, "next_chunk_index") ?? externalLinks.at(-1)?.nextChunkIndex,
  };
}

// Values come as text. A server that sends another kind all the same is read without loss.
function toRow(row: unknown): readonly (string | null)[] {
  if (!Array.isArray(row)) return [];
  return row.map((value: unknown) => {
    if (value === null || value === undefined) return null;
    return typeof value === "string" ? value : JSON.stringify(value);
  });
}

function toManifest(wire: JsonObject): StatementManifest {
  const columns = objects(object(wire, "schema") ?? {}, "columns");
  return {
    format: text(wire, "format"),
    columns: columns.map((column, index) => {
      const typeName = text(column, "type_name") ?? "STRING";
      return {
        name: text(column, "name") ?? "",
        position: number(column, "position") ?? index,
        typeName,
        typeText: text(column, "type_text") ?? typeName,
      };
    }),
    totalRowCount: number(wire, "total_row_count"),
    totalByteCount: number(wire, "total_byte_count"),
    totalChunkCount: number(wire, "total_chunk_count"),
    chunks: objects(wire, "chunks").map((chunk) => ({
      chunkIndex: number(chunk, "chunk_index") ?? 0,
      rowOffset: number(chunk, "row_offset") ?? 0,
    })),
    truncated: flag(wire, "truncated"),
  };
}

function toLink(wire: JsonObject): ExternalLink {
  return {
    url: new Secret(text(wire, "external_link") ?? ""),
    headers: textMap(wire, "http_headers"),
    expiration: text(wire, "expiration"),
    chunkIndex: number(wire, "chunk_index") ?? 0,
    rowCount: number(wire, "row_count"),
    byteCount: number(wire, "byte_count"),
    nextChunkIndex: number(wire, "next_chunk_index"),
  };
}
