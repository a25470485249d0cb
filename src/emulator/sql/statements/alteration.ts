// What one ALTER TABLE makes of a table.
import type { TableDocument } from "../catalog-documents.ts";
import type { Path, StatementSession } from "./define.ts";

/** What an ALTER does: SQL for DuckDB and the new document; or a new name. */
export interface Alteration {
  /** Absent for a name and an owner, which are no part of the table's log. */
  readonly operation?: string;
  readonly sql: readonly string[];
  readonly document: TableDocument;
  readonly path?: Path;
}
export type Alter = (session: StatementSession, document: TableDocument, path: Path) => Alteration;
