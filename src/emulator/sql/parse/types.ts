// Reads a data type: `DECIMAL(10,2)`, `ARRAY<STRUCT<a: INT>>`.
import { arrayOf, mapOf, namedType, type DataType, type StructField } from "../types.ts";
import { Cursor } from "./cursor.ts";

/** The type at the cursor. Throws PARSE_SYNTAX_ERROR, and UNSUPPORTED_DATATYPE for one that is unknown, by its name. */
export function parseType(cursor: Cursor): DataType {
  return cursor.nested(() => {
    const name = cursor.name();
    const upper = name.toUpperCase();
    if (upper === "ARRAY" && cursor.accept("<")) {
      const element = parseType(cursor);
      cursor.expect(">");
      return arrayOf(element);
    }
    if (upper === "MAP" && cursor.accept("<")) {
      const key = parseType(cursor);
      cursor.expect(",");
      const value = parseType(cursor);
      cursor.expect(">");
      return mapOf(key, value);
    }
    if (upper === "STRUCT" && cursor.accept("<")) {
      const fields = cursor.list(() => structField(cursor));
      cursor.expect(">");
      return { kind: "struct", fields };
    }
    const parameters = cursor.accept("(") ? cursor.listToParenthesis(() => cursor.integer()) : [];
    return namedType(name, parameters);
  });
}

/** The type that `text` writes, and nothing after it. */
export function typeFromText(text: string): DataType {
  const cursor = new Cursor(text);
  const type = parseType(cursor);
  cursor.finish();
  return type;
}

function structField(cursor: Cursor): StructField {
  const name = cursor.name();
  cursor.accept(":");
  const type = parseType(cursor);
  if (cursor.accept("COMMENT")) cursor.string();
  return { name, type };
}
