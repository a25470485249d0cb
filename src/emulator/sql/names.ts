// Names of catalogs, schemas, tables and columns: quoted for DuckDB, and shown as the warehouse shows them.

/** A name as DuckDB reads it, whatever it holds. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a DuckDB string literal. DuckDB knows no escapes in these. */
export function quoteText(text: string): string {
  // A NUL would end the statement's C string: it is put in by its code.
  const parts = text.split("\0").map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? (parts[0] ?? "''") : `(${parts.join(" || chr(0) || ")})`;
}

/** `a`.`b`.`c`, as messages of the warehouse show a name. */
export function showName(parts: readonly string[]): string {
  return parts.map((part) => `\`${part.replaceAll("`", "``")}\``).join(".");
}

/** Column and alias names are compared without case. */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
