// Rows as a Parquet file, a row group at a time: each column has the type that the statement says it has.
import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import { MortarError } from "../../platform/errors.ts";
import type { StatementColumn } from "../../workspace/statement.ts";
import { distinctNames, type RowWriter, type WriteBytes } from "./export-lines.ts";
import { parquetType, type ParquetColumn } from "./parquet-types.ts";

type Row = readonly (string | null)[];

/** A row group is what is held in memory: so many rows, or so many characters, whatever comes first. */
const groupRows = 50_000;
const groupChars = 16_000_000;

/** Values go to `write` whenever a row group is full. Throws `bad_response` for a value that is none of its column's type. */
export function parquetWriter(columns: readonly StatementColumn[], write: WriteBytes): RowWriter {
  const names = distinctNames(columns.map(({ name }) => name));
  const fields = columns.map((column, at) => ({ ...parquetType(column), name: names[at] ?? "" }));
  const bytes = new ByteWriter(1_000_000);
  const schema: SchemaElement[] = [
    { name: "root", num_children: fields.length },
    ...fields.map(({ name, element }) => ({ name, repetition_type: "OPTIONAL" as const, ...element })),
  ];
  const file = new ParquetWriter({ writer: bytes, schema, createdBy: "mortar" });
  let group = emptyGroup(fields);
  const flush = async (): Promise<void> => {
    if (bytes.index === 0) return;
    await write(bytes.getBytes().slice());
    bytes.index = 0;
  };
  const endGroup = async (): Promise<void> => {
    if (group.rows === 0) return;
    const columnData = fields.map(({ name }, at) => ({ name, data: group.values[at] ?? [] }));
    await file.write({ columnData, rowGroupSize: group.rows });
    group = emptyGroup(fields);
    await flush();
  };
  return {
    rows: async (rows) => {
      for (const row of rows) {
        take(group, fields, row);
        if (group.rows >= groupRows || group.chars >= groupChars) await endGroup();
      }
    },
    end: async () => {
      await endGroup();
      await file.finish();
      await flush();
    },
  };
}

interface Group {
  readonly values: unknown[][];
  rows: number;
  chars: number;
}

function emptyGroup(fields: readonly unknown[]): Group {
  return { values: fields.map(() => []), rows: 0, chars: 0 };
}

function take(group: Group, fields: readonly (ParquetColumn & { readonly name: string })[], row: Row): void {
  fields.forEach(({ name, read, typeText }, at) => {
    const text = row[at] ?? null;
    const value = text === null ? null : read(text);
    if (value === undefined) throw notOfType(name, typeText, text ?? "");
    group.values[at]?.push(value);
    group.chars += text?.length ?? 0;
  });
  group.rows += 1;
}

function notOfType(name: string, typeText: string, text: string): MortarError {
  const what = `The column ${name} is ${typeText}, and holds ${JSON.stringify(text.slice(0, 60))}`;
  return new MortarError("bad_response", what, {
    hint: "Parquet cannot hold that. Export to .csv or .jsonl, or CAST the column AS STRING. Nothing was written.",
  });
}
