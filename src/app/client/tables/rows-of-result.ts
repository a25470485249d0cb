// Recognises rows in the structured result of a tool: columns and arrays, at the root (query_sql, list_…) or in parts (scripts,
// notebook cells).

export interface ResultRows {
  /** What the part is called, where there are several. */
  readonly title?: string;
  readonly columns: readonly { readonly name: string; readonly type?: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly truncated: boolean;
  /** Of the whole, where the tool says it. */
  readonly totalRows?: number;
}

const maxParts = 20;

/** Every table of a result, in its order, at most 20; none where it has no rows, or is of another form. */
export function rowsOfResult(structured: unknown): readonly ResultRows[] {
  if (!isRecord(structured)) return [];
  const root = tableOf(structured, undefined);
  if (root !== undefined) return [root];
  const found: ResultRows[] = [];
  for (const [at, part] of recordsIn(structured["results"]).entries()) {
    const line = typeof part["line"] === "number" ? ` (line ${part["line"]})` : "";
    const kind = typeof part["kind"] === "string" ? `${part["kind"]}${line}` : `statement ${at + 1}`;
    push(found, tableOf(part, kind));
  }
  for (const task of recordsIn(structured["tasks"])) {
    for (const cell of recordsIn(task["cells"])) push(found, tableOf(cell, cellTitle(task, cell)));
  }
  for (const cell of recordsIn(structured["cells"])) push(found, tableOf(cell, cellTitle(undefined, cell)));
  return found.slice(0, maxParts);
}

function push(found: ResultRows[], table: ResultRows | undefined): void {
  if (table !== undefined) found.push(table);
}

function cellTitle(task: Record<string, unknown> | undefined, cell: Record<string, unknown>): string {
  const place = typeof cell["index"] === "number" ? `cell ${cell["index"]}` : "cell";
  return typeof task?.["task_key"] === "string" ? `${task["task_key"]}, ${place}` : place;
}

function tableOf(part: Record<string, unknown>, title: string | undefined): ResultRows | undefined {
  const { columns, rows, types } = part;
  if (!Array.isArray(columns) || !Array.isArray(rows) || columns.length === 0) return undefined;
  if (!columns.every((name): name is string => typeof name === "string")) return undefined;
  if (!rows.every((row): row is unknown[] => Array.isArray(row))) return undefined;
  const typeOf = (at: number): string | undefined => {
    const type: unknown = Array.isArray(types) ? types[at] : undefined;
    return typeof type === "string" ? type : undefined;
  };
  const total = [part["total_rows"], part["total_matched"]].find((one) => typeof one === "number");
  return {
    ...(title === undefined ? {} : { title }),
    columns: columns.map((name, at) => {
      const type = typeOf(at);
      return type === undefined ? { name } : { name, type };
    }),
    rows,
    truncated: part["truncated"] === true,
    ...(typeof total === "number" ? { totalRows: total } : {}),
  };
}

function recordsIn(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
