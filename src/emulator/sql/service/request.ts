// Reads the body of a statement submission, refused in the service's words.
import type { JsonObject } from "../../../platform/json.ts";
import { isObject } from "../../../platform/json.ts";
import {
  invalid,
  optionalArray,
  optionalInteger,
  optionalText,
  optionalWord,
  requiredText,
} from "../../http/fields.ts";
import type { SqlParameter } from "../engine.ts";

export type Disposition = "INLINE" | "EXTERNAL_LINKS";
export type ResultFormat = "JSON_ARRAY" | "CSV";

export interface StatementRequest {
  readonly statement: string;
  readonly warehouseId: string;
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
  readonly parameters: readonly SqlParameter[];
  readonly rowLimit: number | undefined;
  readonly byteLimit: number | undefined;
  /** How long the answer may wait for the statement, in milliseconds. */
  readonly waitMs: number;
  readonly cancelOnTimeout: boolean;
  readonly disposition: Disposition;
  readonly format: ResultFormat;
}

const mostStatementBytes = 16 * 1024 * 1024;

/** Throws ApiFault 400 INVALID_PARAMETER_VALUE. */
export function readStatementRequest(body: JsonObject): StatementRequest {
  const statement = requiredText(body["statement"], "statement");
  if (Buffer.byteLength(statement) > mostStatementBytes) throw invalid("The statement is larger than 16 MiB.");
  const disposition = optionalWord(body["disposition"], "disposition", ["INLINE", "EXTERNAL_LINKS"]) ?? "INLINE";
  const waitMs = readWait(optionalText(body["wait_timeout"], "wait_timeout"));
  const onTimeout = optionalWord(body["on_wait_timeout"], "on_wait_timeout", ["CONTINUE", "CANCEL"]);
  if (waitMs === 0 && onTimeout === "CANCEL")
    throw invalid("on_wait_timeout CANCEL cannot be used with a wait_timeout of 0s.");
  return {
    statement,
    disposition,
    waitMs,
    cancelOnTimeout: onTimeout === "CANCEL",
    warehouseId: requiredText(body["warehouse_id"], "warehouse_id"),
    catalog: optionalText(body["catalog"], "catalog"),
    schema: optionalText(body["schema"], "schema"),
    parameters: readParameters(body),
    rowLimit: optionalInteger(body["row_limit"], "row_limit", { min: 1, max: Number.MAX_SAFE_INTEGER }),
    byteLimit: optionalInteger(body["byte_limit"], "byte_limit", { min: 1, max: Number.MAX_SAFE_INTEGER }),
    format: readFormat(body, disposition),
  };
}

function readFormat(body: JsonObject, disposition: Disposition): ResultFormat {
  const format = optionalWord(body["format"], "format", ["JSON_ARRAY", "ARROW_STREAM", "CSV"]) ?? "JSON_ARRAY";
  if (format === "ARROW_STREAM")
    throw invalid("The emulator does not write results as ARROW_STREAM; use JSON_ARRAY or CSV.");
  if (disposition === "INLINE" && format !== "JSON_ARRAY")
    throw invalid("The format field must be JSON_ARRAY when the disposition field is INLINE.");
  return format;
}

/** `"0s"`, or `"5s"` to `"50s"`; 10 seconds unless given. */
function readWait(text: string | undefined): number {
  if (text === undefined || text === "") return 10_000;
  const seconds = /^(\d{1,3})s$/.exec(text)?.[1];
  const value = seconds === undefined ? Number.NaN : Number(seconds);
  if (value === 0 || (value >= 5 && value <= 50)) return value * 1_000;
  throw invalid(`wait_timeout must be 0 seconds, or between 5 and 50 seconds; received ${text}.`);
}

function readParameters(body: JsonObject): SqlParameter[] {
  const names = new Set<string>();
  return (optionalArray(body["parameters"], "parameters") ?? []).map((item) => {
    if (!isObject(item)) throw invalid("Invalid value for the field 'parameters': expected objects.");
    const name = requiredText(item["name"], "parameters.name");
    if (names.has(name)) throw invalid(`The parameter ${name} is given twice.`);
    names.add(name);
    const value = item["value"];
    const type = optionalText(item["type"], "parameters.type");
    if (value !== undefined && value !== null && typeof value !== "string")
      throw invalid(`The value of the parameter ${name} must be a string.`);
    return { name, ...(value === undefined ? {} : { value }), ...(type === undefined ? {} : { type }) };
  });
}
