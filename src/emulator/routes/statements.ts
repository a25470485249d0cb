// SQL Statement Execution 2.0.
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { isGoodLink, linkPath, makeLink } from "../sql/service/links.ts";
import { externalText, manifestOf, type ChunkInfo } from "../sql/service/result.ts";
import {
  cancelStatement,
  requireChunk,
  requireStatement,
  submit,
  type StatementDocument,
} from "../sql/service/statements.ts";
import type { World } from "../world.ts";

const statements = "/api/2.0/sql/statements";

const execute: Handler = async (call, world) => {
  const body = await call.json();
  const document = await submit(world, body, { userName: call.caller.userName, signal: call.signal });
  return statementView(call, world, document);
};

const get: Handler = (call, world) => statementView(call, world, requireStatement(world, call.params["id"] ?? ""));

const cancel: Handler = (call, world) => {
  cancelStatement(world, call.params["id"] ?? "");
  return {};
};

const chunk: Handler = (call, world) => {
  const index = call.params["index"] ?? "";
  if (!/^\d{1,9}$/.test(index)) throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `Invalid chunk index: ${index}`);
  return resultData(call, world, { id: call.params["id"] ?? "", index: Number(index) });
};

/** The file behind an external link. Like cloud storage it takes the link's credential, and no other beside it. */
const download: Handler = (call, world) => {
  if (call.headers.has("authorization")) {
    return storageError(
      400,
      "InvalidArgument",
      "Only one auth mechanism allowed; the link carries its own credential and the Authorization header must not be sent.",
    );
  }
  if (!isGoodLink(world, call.path, call.query))
    return storageError(403, "AccessDenied", "The link is not valid or has expired.");
  const { statement, result, rows } = requireChunk(world, call.params["id"] ?? "", Number(call.params["index"]));
  const { format } = statement.request;
  const header = call.params["index"] === "0" ? result.columns : undefined;
  const type = format === "CSV" ? "text/csv" : "application/json";
  return new Response(externalText(rows, format, header), { headers: { "content-type": type } });
};

function storageError(status: number, code: string, message: string): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return new Response(body, { status, headers: { "content-type": "application/xml" } });
}

export function statementView(call: Call, world: World, document: StatementDocument): object {
  const { id, state, error, result, request } = document;
  const status = {
    state,
    ...(error === undefined ? {} : { error: { error_code: error.code, message: error.message } }),
    ...(error?.sqlState === undefined ? {} : { sql_state: error.sqlState }),
  };
  if (state !== "SUCCEEDED" || result === undefined) return { statement_id: id, status };
  const data = result.chunks.length === 0 ? emptyData(request.disposition) : resultData(call, world, { id, index: 0 });
  return { statement_id: id, status, manifest: manifestOf(result, request.format), result: data };
}

function emptyData(disposition: string): object {
  return disposition === "INLINE"
    ? { chunk_index: 0, row_offset: 0, row_count: 0, data_array: [] }
    : { external_links: [] };
}

function resultData(call: Call, world: World, { id, index }: { readonly id: string; readonly index: number }): object {
  const { statement, result, rows } = requireChunk(world, id, index);
  const info = result.chunks[index];
  if (info === undefined)
    throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `The chunk index ${index} is out of range.`);
  const place = { ...info, ...nextChunk(id, result.chunks[index + 1]) };
  if (statement.request.disposition === "INLINE") return { ...place, data_array: rows };
  const { url, expiration } = makeLink(world, new URL(call.request.url).origin, { statementId: id, chunk: index });
  return { external_links: [{ ...place, external_link: url, expiration }] };
}

function nextChunk(id: string, next: ChunkInfo | undefined): object {
  if (next === undefined) return {};
  const link = `${statements}/${id}/result/chunks/${next.chunk_index}?row_offset=${next.row_offset}`;
  return { next_chunk_index: next.chunk_index, next_chunk_internal_link: link };
}

export const statementsRoutes: readonly Route[] = [
  { method: "POST", pattern: statements, handler: execute },
  { method: "GET", pattern: `${statements}/{id}`, handler: get },
  { method: "POST", pattern: `${statements}/{id}/cancel`, handler: cancel },
  { method: "GET", pattern: `${statements}/{id}/result/chunks/{index}`, handler: chunk },
  { method: "GET", pattern: `${linkPath}/{id}/{index}`, handler: download, open: true },
];
