// A type as DESCRIBE ... AS JSON writes it.
import type { DataType } from "./types.ts";

/** `{"name": "decimal", "precision": 10, "scale": 2}`, and nested objects for nested types. */
export function jsonType(type: DataType): object {
  switch (type.kind) {
    case "decimal":
      return { name: "decimal", precision: type.precision, scale: type.scale };
    case "array":
      return { name: "array", element_type: jsonType(type.element), element_nullable: true };
    case "map":
      return { name: "map", key_type: jsonType(type.key), value_type: jsonType(type.value), value_nullable: true };
    case "struct":
      return {
        name: "struct",
        fields: type.fields.map((field) => ({ name: field.name, type: jsonType(field.type), nullable: true })),
      };
    default:
      return { name: names[type.kind] ?? type.kind };
  }
}

const names: Readonly<Record<string, string>> = {
  byte: "tinyint",
  short: "smallint",
  long: "bigint",
  timestamp: "timestamp_ltz",
  null: "void",
};
