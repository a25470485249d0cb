// OpenTelemetry ingest: checks what a client exports and counts it by table. The records themselves are not kept.
import { gunzipSync } from "node:zlib";
import { ingestedIn } from "../gateway/ingested.ts";
import { countJson, countProtobuf, signals, type Signal } from "../gateway/otlp.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { jsonResponse } from "../http/wire.ts";

export const otelRoutes: readonly Route[] = signals.map((signal) => ({
  method: "POST",
  pattern: `/api/2.0/otel/v1/${signal}`,
  handler: ingest(signal),
}));

const jsonType = "application/json";
const protobufType = "application/x-protobuf";

function ingest(signal: Signal): Handler {
  return async (call, world) => {
    const table = tableOf(call.headers);
    const type = (call.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
    if (type !== jsonType && type !== protobufType) {
      throw new ApiFault(415, "UNSUPPORTED_MEDIA_TYPE", `Content-Type must be ${protobufType} or ${jsonType}.`);
    }
    const bytes = await bodyOf(call);
    const records = count(signal, type, bytes);
    const tables = ingestedIn(world);
    const id = `${signal} ${table}`;
    const before = tables.get(id) ?? { table, signal, requests: 0, records: 0, bytes: 0 };
    tables.put(id, {
      ...before,
      requests: before.requests + 1,
      records: before.records + records,
      bytes: before.bytes + bytes.byteLength,
    });
    // An export response with nothing to report is an empty message.
    return type === jsonType ? jsonResponse({}) : new Response("", { headers: { "content-type": protobufType } });
  };
}

function tableOf(headers: Headers): string {
  const table = headers.get("x-databricks-uc-table-name") ?? "";
  if (/^[^.\s]+\.[^.\s]+\.[^.\s]+$/.test(table)) return table;
  const problem = table === "" ? "is missing" : `'${table}' is not of the form catalog.schema.table`;
  throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `The header X-Databricks-UC-Table-Name ${problem}.`);
}

async function bodyOf(call: Call): Promise<Uint8Array> {
  const bytes = await call.bytes();
  const encoding = call.headers.get("content-encoding") ?? "identity";
  if (encoding === "identity") return bytes;
  if (encoding !== "gzip") {
    throw new ApiFault(415, "UNSUPPORTED_MEDIA_TYPE", `Content-Encoding ${encoding} is not supported.`);
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: bodyLimitBytes });
  } catch {
    throw malformed("the body is not gzip, or too large");
  }
}

const bodyLimitBytes = 64 * 1024 * 1024;

function count(signal: Signal, type: string, bytes: Uint8Array): number {
  try {
    return type === jsonType ? countJson(signal, JSON.parse(new TextDecoder().decode(bytes))) : countProtobuf(bytes);
  } catch (thrown) {
    throw malformed(thrown instanceof Error ? thrown.message : "it cannot be read");
  }
}

function malformed(why: string): ApiFault {
  return new ApiFault(400, "MALFORMED_REQUEST", `The export request is malformed: ${why}`);
}
