// Where a name of the warehouse lies inside DuckDB.
import { quoteName } from "./names.ts";

/** The alias under which a catalog's file is attached: a prefix keeps clear of DuckDB's own `memory`, `temp`, `system`. */
export function catalogAlias(catalog: string): string {
  return quoteName(`c_${catalog}`);
}

/** `catalog.schema` inside DuckDB; the prefix keeps clear of its `main` and `information_schema`. */
export function schemaPath(catalog: string, schema: string): string {
  return `${catalogAlias(catalog)}.${quoteName(`s_${schema}`)}`;
}

export function tablePath(catalog: string, schema: string, table: string): string {
  return `${schemaPath(catalog, schema)}.${quoteName(table)}`;
}
