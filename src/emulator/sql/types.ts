// Databricks data types: how they are written, and which DuckDB type holds each.
import { SqlFault } from "./engine.ts";
import { unsupported } from "./faults.ts";
import { quoteName } from "./names.ts";

type SimpleKind =
  | "boolean"
  | "byte"
  | "short"
  | "int"
  | "long"
  | "float"
  | "double"
  | "string"
  | "binary"
  | "date"
  | "timestamp"
  | "timestamp_ntz"
  | "interval"
  | "null";

export interface DecimalType {
  readonly kind: "decimal";
  readonly precision: number;
  readonly scale: number;
}
export interface ArrayType {
  readonly kind: "array";
  readonly element: DataType;
}
export interface MapType {
  readonly kind: "map";
  readonly key: DataType;
  readonly value: DataType;
}
export interface StructField {
  readonly name: string;
  readonly type: DataType;
}
export interface StructType {
  readonly kind: "struct";
  readonly fields: readonly StructField[];
}
export type DataType = { readonly kind: SimpleKind } | DecimalType | ArrayType | MapType | StructType;

const simple = <K extends SimpleKind>(kind: K): { readonly kind: K } => ({ kind });

export const types = {
  boolean: simple("boolean"),
  byte: simple("byte"),
  short: simple("short"),
  int: simple("int"),
  long: simple("long"),
  float: simple("float"),
  double: simple("double"),
  string: simple("string"),
  binary: simple("binary"),
  date: simple("date"),
  timestamp: simple("timestamp"),
  timestampNtz: simple("timestamp_ntz"),
  interval: simple("interval"),
  null: simple("null"),
} as const;

export const decimal = (precision: number, scale: number): DecimalType => ({ kind: "decimal", precision, scale });
export const arrayOf = (element: DataType): ArrayType => ({ kind: "array", element });
export const mapOf = (key: DataType, value: DataType): MapType => ({ kind: "map", key, value });

interface Spelling {
  /** As the statement API's `type_text` and DESCRIBE (in lower case) show it. */
  readonly text: string;
  /** The statement API's `type_name`. */
  readonly name: string;
  readonly duck: string;
}

const spellings: Readonly<Record<SimpleKind, Spelling>> = {
  boolean: { text: "BOOLEAN", name: "BOOLEAN", duck: "BOOLEAN" },
  byte: { text: "TINYINT", name: "BYTE", duck: "TINYINT" },
  short: { text: "SMALLINT", name: "SHORT", duck: "SMALLINT" },
  int: { text: "INT", name: "INT", duck: "INTEGER" },
  long: { text: "BIGINT", name: "LONG", duck: "BIGINT" },
  float: { text: "FLOAT", name: "FLOAT", duck: "FLOAT" },
  double: { text: "DOUBLE", name: "DOUBLE", duck: "DOUBLE" },
  string: { text: "STRING", name: "STRING", duck: "VARCHAR" },
  binary: { text: "BINARY", name: "BINARY", duck: "BLOB" },
  date: { text: "DATE", name: "DATE", duck: "DATE" },
  timestamp: { text: "TIMESTAMP", name: "TIMESTAMP", duck: "TIMESTAMP WITH TIME ZONE" },
  timestamp_ntz: { text: "TIMESTAMP_NTZ", name: "TIMESTAMP", duck: "TIMESTAMP" },
  interval: { text: "INTERVAL", name: "INTERVAL", duck: "INTERVAL" },
  null: { text: "VOID", name: "NULL", duck: "INTEGER" },
};

/** Names that a statement may give a type without parameters. */
const typeNames: Readonly<Record<string, SimpleKind>> = {
  BOOLEAN: "boolean",
  TINYINT: "byte",
  BYTE: "byte",
  SMALLINT: "short",
  SHORT: "short",
  INT: "int",
  INTEGER: "int",
  BIGINT: "long",
  LONG: "long",
  FLOAT: "float",
  REAL: "float",
  DOUBLE: "double",
  STRING: "string",
  BINARY: "binary",
  DATE: "date",
  TIMESTAMP: "timestamp",
  TIMESTAMP_LTZ: "timestamp",
  TIMESTAMP_NTZ: "timestamp_ntz",
  VOID: "null",
};

/** Every simple type name, for the document of what is supported. */
export const simpleTypeNames: readonly string[] = Object.keys(typeNames);

/** The type with this name and these parameters. Throws UNSUPPORTED_DATATYPE for one that is unknown, by its name. */
export function namedType(name: string, parameters: readonly number[]): DataType {
  const upper = name.toUpperCase();
  if (upper === "DECIMAL" || upper === "DEC" || upper === "NUMERIC") {
    const [precision = 10, scale = 0] = parameters;
    if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
      throw new SqlFault(
        "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
        "22003",
        `DECIMAL(${precision},${scale}) is not a decimal type.`,
      );
    }
    return decimal(precision, scale);
  }
  // The length of CHAR and VARCHAR is a constraint that is not kept here, so that they are refused, not weakened.
  const kind = typeNames[upper];
  if (kind === undefined || parameters.length > 0) {
    throw new SqlFault("UNSUPPORTED_DATATYPE", "0A000", `The emulator does not support the data type "${upper}".`);
  }
  return simple(kind);
}

/** `ARRAY<STRING>`, `DECIMAL(10,2)`, `STRUCT<a: INT, b: STRING>`. */
export function typeText(type: DataType): string {
  switch (type.kind) {
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "array":
      return `ARRAY<${typeText(type.element)}>`;
    case "map":
      return `MAP<${typeText(type.key)}, ${typeText(type.value)}>`;
    case "struct":
      return `STRUCT<${type.fields.map((field) => `${fieldName(field.name)}: ${typeText(field.type)}`).join(", ")}>`;
    default:
      return spellings[type.kind].text;
  }
}

/** As DESCRIBE and information_schema print it: `array<string>`, `struct<a:int,b:string>`. */
export function describeType(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `array<${describeType(type.element)}>`;
    case "map":
      return `map<${describeType(type.key)},${describeType(type.value)}>`;
    case "struct":
      return `struct<${type.fields.map((field) => `${fieldName(field.name)}:${describeType(field.type)}`).join(",")}>`;
    default:
      return typeText(type).toLowerCase();
  }
}

/** The statement API's `type_name`. */
export function typeName(type: DataType): string {
  switch (type.kind) {
    case "decimal":
    case "array":
    case "map":
    case "struct":
      return type.kind.toUpperCase();
    default:
      return spellings[type.kind].name;
  }
}

/** The DuckDB type that holds values of `type`. */
export function duckType(type: DataType): string {
  switch (type.kind) {
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "array":
      return `${duckType(type.element)}[]`;
    case "map":
      return `MAP(${duckType(type.key)}, ${duckType(type.value)})`;
    case "struct":
      return `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${duckType(field.type)}`).join(", ")})`;
    default:
      return spellings[type.kind].duck;
  }
}

export function sameType(left: DataType, right: DataType): boolean {
  return describeType(left) === describeType(right);
}

/** Refuses what a table cannot hold: intervals, untyped nulls. */
export function requireStorable(type: DataType, column: string): void {
  if (type.kind === "interval") throw unsupported(`the INTERVAL type of column ${column} in a table or view`);
  if (type.kind === "null")
    throw unsupported(`the VOID type of column ${column} in a table or view; cast it to a type`);
  if (type.kind === "array") requireStorable(type.element, column);
  if (type.kind === "map") {
    requireStorable(type.key, column);
    requireStorable(type.value, column);
  }
  if (type.kind === "struct") for (const field of type.fields) requireStorable(field.type, column);
}

const integerKinds = ["byte", "short", "int", "long"];

export function isInteger(type: DataType): boolean {
  return integerKinds.includes(type.kind);
}

export function isNumeric(type: DataType): boolean {
  return isInteger(type) || type.kind === "decimal" || type.kind === "float" || type.kind === "double";
}

export function isFloating(type: DataType): boolean {
  return type.kind === "float" || type.kind === "double";
}

export function isTemporal(type: DataType): boolean {
  return type.kind === "date" || type.kind === "timestamp" || type.kind === "timestamp_ntz";
}

export function isComplex(type: DataType): boolean {
  return type.kind === "array" || type.kind === "map" || type.kind === "struct";
}

function fieldName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}
