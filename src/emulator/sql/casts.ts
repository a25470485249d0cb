// Casts as the warehouse makes them (ANSI mode), written for DuckDB, which rounds where it truncates and reads more as numbers.
import { cannotCast } from "./faults.ts";
import { bind, macro } from "./macros.ts";
import { quoteText } from "./names.ts";
import {
  duckType,
  isComplex,
  isFloating,
  isInteger,
  isNumeric,
  isTemporal,
  sameType,
  typeText,
  type DataType,
  type MapType,
  type StructType,
} from "./types.ts";

export interface CastRequest {
  /** DuckDB expression. */
  readonly sql: string;
  readonly from: DataType;
  readonly to: DataType;
  /** try_cast: NULL instead of a failure. */
  readonly safe?: boolean;
  /** The expression as typed, for the message when there is no such cast. */
  readonly shown?: string;
}

/** DuckDB expression for the cast. Throws DATATYPE_MISMATCH when the warehouse has no such cast. */
export function castSql(request: CastRequest): string {
  const { sql, from, to } = request;
  if (sameType(from, to)) return sql;
  if (from.kind === "null") return `CAST(NULL AS ${duckType(to)})`;
  const made = to.kind === "string" ? toText(request) : fromSimple(request);
  if (made !== undefined) return made;
  const refused = cannotCast(request.shown ?? sql, typeText(from), typeText(to));
  throw refused;
}

function plain({ sql, to, safe }: CastRequest, operand = sql): string {
  return `${safe === true ? "TRY_CAST" : "CAST"}(${operand} AS ${duckType(to)})`;
}

function fromSimple(request: CastRequest): string | undefined {
  const { from, to } = request;
  if (from.kind === "string") return fromText(request);
  if (isComplex(from) || isComplex(to)) return betweenComplex(request);
  if (isNumeric(from) || from.kind === "boolean") return fromNumber(request);
  if (isTemporal(from)) return fromTime(request);
  return undefined;
}

function toText(request: CastRequest): string | undefined {
  const { sql, from } = request;
  if (isFloating(from)) return macro("double_text", sql);
  if (from.kind === "timestamp") return `CAST(CAST(${sql} AS TIMESTAMP) AS VARCHAR)`;
  if (from.kind === "binary") return `decode(${sql})`;
  if (isComplex(from) || from.kind === "interval") return undefined;
  // DuckDB leaves out the zero before the point when all digits stand behind it.
  if (from.kind === "decimal" && from.precision === from.scale)
    return `regexp_replace(CAST(${sql} AS VARCHAR), '^(-?)\\.', '\\10.')`;
  return `CAST(${sql} AS VARCHAR)`;
}

const textShapes: Partial<Record<DataType["kind"], string>> = {
  byte: "integer",
  short: "integer",
  int: "integer",
  long: "integer",
  decimal: "number",
  float: "floating",
  double: "floating",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp",
  timestamp_ntz: "timestamp_ntz",
};

function fromText(request: CastRequest): string | undefined {
  const { sql, to, safe } = request;
  if (to.kind === "binary") return `encode(${sql})`;
  const shape = textShapes[to.kind];
  if (shape === undefined) return undefined;
  const text =
    safe === true ? macro(`try_text_of_${shape}`, sql) : macro(`text_of_${shape}`, sql, quoteText(typeText(to)));
  return plain(request, text);
}

function fromNumber(request: CastRequest): string | undefined {
  const { sql, from, to } = request;
  if (to.kind === "boolean") return `(${sql} <> 0)`;
  if (isInteger(to)) return plain(request, isInteger(from) || from.kind === "boolean" ? sql : `trunc(${sql})`);
  // A double goes to a decimal by its shortest digits: 1.005 is 1.01 with two places, as it is in the warehouse.
  if (to.kind === "decimal")
    return isFloating(from) ? floatToDecimal(request, to.scale) : plain(request, booleanDigit(sql, from));
  if (from.kind === "double" && to.kind === "float")
    return bind(
      sql,
      (x) =>
        `CAST(CASE WHEN abs(${x}) > 3.4028235e38 AND NOT isnan(${x}) THEN sign(${x}) * CAST('inf' AS DOUBLE) ELSE ${x} END AS FLOAT)`,
    );
  if (isFloating(to)) return plain(request, sql);
  if (to.kind === "timestamp" && from.kind !== "boolean") {
    const seconds = from.kind === "float" ? `CAST(${sql} AS DOUBLE)` : sql;
    const made = isInteger(from)
      ? `make_timestamptz(CAST(${sql} AS BIGINT) * 1000000)`
      : `make_timestamptz(CAST(trunc(${seconds} * 1000000) AS BIGINT))`;
    return request.safe === true ? `TRY(${made})` : made;
  }
  return undefined;
}

/** A FLOAT goes by the digits of its DOUBLE. Less than half a unit is zero: DuckDB rounds `5e-324` up to one. */
function floatToDecimal(request: CastRequest, scale: number): string {
  const half = `CAST(0.4e-${scale} AS DOUBLE)`;
  return bind(`CAST(${request.sql} AS DOUBLE)`, (x) =>
    plain(request, `CASE WHEN abs(${x}) < ${half} THEN '0' ELSE CAST(${x} AS VARCHAR) END`),
  );
}

function booleanDigit(sql: string, from: DataType): string {
  return from.kind === "boolean" ? `CAST(${sql} AS INTEGER)` : sql;
}

function fromTime(request: CastRequest): string | undefined {
  const { sql, from, to } = request;
  if (isTemporal(to)) return plain(request, sql);
  if (from.kind !== "timestamp") return undefined;
  if (isInteger(to)) return plain(request, `CAST(floor(epoch_us(${sql}) / 1000000) AS BIGINT)`);
  if (isFloating(to)) return plain(request, `(epoch_us(${sql}) / 1000000)`);
  return undefined;
}

function betweenComplex(request: CastRequest): string | undefined {
  const { sql, from, to, safe } = request;
  const inner = (operand: string, source: DataType, target: DataType): string =>
    castSql({ ...request, sql: operand, from: source, to: target, ...(safe === undefined ? {} : { safe }) });
  if (from.kind === "array" && to.kind === "array") {
    return `list_transform(${sql}, lambda item: ${inner("item", from.element, to.element)})`;
  }
  if (from.kind === "map" && to.kind === "map") return castMap(sql, from, to, inner);
  if (from.kind === "struct" && to.kind === "struct" && from.fields.length === to.fields.length)
    return castStruct(sql, from, to, inner);
  return undefined;
}

type Inner = (operand: string, source: DataType, target: DataType) => string;

function castMap(sql: string, from: MapType, to: MapType, inner: Inner): string {
  const keys = `list_transform(map_keys(${sql}), lambda item: ${inner("item", from.key, to.key)})`;
  const values = `list_transform(map_values(${sql}), lambda item: ${inner("item", from.value, to.value)})`;
  return `CASE WHEN (${sql}) IS NULL THEN NULL ELSE map(${keys}, ${values}) END`;
}

function castStruct(sql: string, from: StructType, to: StructType, inner: Inner): string {
  const fields = to.fields.map((field, index) => {
    const source = from.fields[index];
    if (source === undefined) throw cannotCast(sql, typeText(from), typeText(to));
    return `"${field.name.replaceAll('"', '""')}" := ${inner(`struct_extract(${sql}, ${quoteText(source.name)})`, source.type, field.type)}`;
  });
  return `CASE WHEN (${sql}) IS NULL THEN NULL ELSE struct_pack(${fields.join(", ")}) END`;
}
