// Older tools of SQL: statements, warehouses, and what is in tables and folders of volumes.
import { eras, span } from "./eras.ts";
import type { Arguments, Call, OlderTool, Route } from "./row.ts";
import { by, carriedArguments, columnOf, leads, refuse, textOf, to, waitsFor } from "./routers.ts";

const { head, v8, v0, jan1 } = eras;

const place = "warehouse_id?: str, catalog?: str, schema?: str, timeout: int = 180";
const tagged = `query_tags?: str, output_format: str = "markdown"`;
const stats = `table_stat_level: str = "SIMPLE", warehouse_id?: str`;

/** One statement may change something, unless only reading is allowed: then it is held to reading. */
const statement = leads("execute_sql query_sql", (args, { readOnly }) => {
  const tool = readOnly ? "query_sql" : "execute_sql";
  if (args.given["query_tags"] !== undefined) {
    return refuse("query_tags means nothing here", "Leave it out: no tags are put on statements.");
  }
  const carried = carriedArguments(args, "sql_query=sql warehouse_id catalog schema", {
    adapts: { timeout: waitsFor },
  });
  return { tool, arguments: carried };
});

const script = to("execute_sql_script", "sql_content=sql warehouse_id catalog schema", {
  drops: "output_format",
  adapts: { timeout: waitsFor, max_workers: (value) => ({ parallel: Math.min(10, Math.max(1, Number(value))) }) },
});

/** At most this many tables are described by one call. */
const mostTables = 20;

const tableStats = leads("list_tables get_table get_table_stats", (args) => {
  const { catalog, schema, table_names: names } = args.all;
  const wanted = Array.isArray(names) ? names.map(String) : [];
  const isPattern = (name: string): boolean => /[*?[\]]/.test(name);
  const describe = (found: readonly string[]): Route => {
    const tables = found.map((name) => `${textOf(catalog)}.${textOf(schema)}.${name}`);
    const calls = tables.flatMap((table) => describing(table, args.all));
    if (calls.length === 0)
      return refuse("No table of that name is there", "`list_tables` lists the tables of a schema.");
    if (tables.length > mostTables) {
      return refuse(`${tables.length} tables are too many for one call`, `Name at most ${mostTables} in table_names.`);
    }
    return { each: calls };
  };
  if (wanted.length > 0 && !wanted.some(isPattern)) return describe(wanted);
  return {
    look: { tool: "list_tables", arguments: { catalog, schema, limit: 500 } },
    next: (found) => {
      if (found?.["truncated"] === true) {
        return refuse("the schema has too many tables to go through", "Name those that are meant in table_names.");
      }
      const whole = `${textOf(catalog)}.${textOf(schema)}.`.toLowerCase();
      const all = columnOf(found, "table").flatMap((table) =>
        table.toLowerCase().startsWith(whole) ? [table.slice(whole.length)] : [],
      );
      if (wanted.length === 0) return describe(all);
      const globs = wanted.map((name) => new Bun.Glob(name.replaceAll(/[{}!\\]/g, "\\$&")));
      return describe(all.filter((name) => globs.some((glob) => glob.match(name))));
    },
  };
});

function describing(table: string, { table_stat_level: level, warehouse_id: warehouse }: Arguments): readonly Call[] {
  const described: Call = { tool: "get_table", arguments: { table } };
  const wanted = textOf(level).toUpperCase();
  if (wanted === "NONE") return [described];
  const counted = { table, level: wanted === "DETAILED" ? "detailed" : "basic" };
  return [
    described,
    { tool: "get_table_stats", arguments: warehouse === undefined ? counted : { ...counted, warehouse_id: warehouse } },
  ];
}

const fileFormats = ["parquet", "csv", "json", "delta"];

const volumeFolder = leads("list_volume_files query_sql", ({ all }) => {
  const { volume_path: path, format, warehouse_id } = all;
  const whole = `/${textOf(path).replace(/^\/+/, "")}`;
  const inVolumes = whole.startsWith("/Volumes/") ? whole : `/Volumes${whole}`;
  const files: Call = { tool: "list_volume_files", arguments: { volume_path: inVolumes } };
  const kind = textOf(format).toLowerCase();
  if (kind === "file") return { each: [files] };
  if (!fileFormats.includes(kind))
    return refuse(`format ${kind} is not known here`, `It is ${fileFormats.join(", ")}, file.`);
  const quoted = `\`${inVolumes.replaceAll("`", "``")}\``;
  const at = warehouse_id === undefined ? {} : { warehouse_id };
  const sample: Call = { tool: "query_sql", arguments: { sql: `SELECT * FROM ${kind}.${quoted} LIMIT 10`, ...at } };
  if (textOf(all["table_stat_level"]).toUpperCase() === "NONE") return { each: [files, sample] };
  const count: Call = {
    tool: "query_sql",
    arguments: { sql: `SELECT count(*) AS total_rows FROM ${kind}.${quoted}`, ...at },
  };
  return { each: [files, sample, count] };
});

const warehouses = to("list_warehouses", "", { drops: "action" });

export const sqlTools: readonly OlderTool[] = [
  {
    name: "execute_sql",
    generations: span(head, v8),
    toolset: "sql",
    parameters: `sql_query: str, ${place}, ${tagged}`,
    does: "Runs one SQL statement on a warehouse, the best one where none is given.",
    router: statement,
  },
  {
    name: "execute_sql",
    generations: span(v0, jan1),
    toolset: "sql",
    parameters: `sql_query: str, ${place}`,
    does: "Runs one SQL statement on a warehouse, the best one where none is given.",
    router: statement,
  },
  {
    name: "execute_sql_multi",
    generations: span(head, v8),
    toolset: "sql",
    parameters: `sql_content: str, ${place}, max_workers: int = 4, ${tagged}`,
    does: "Runs several SQL statements, those that do not depend on each other at once.",
    router: script,
  },
  {
    name: "execute_sql_multi",
    generations: span(v0, jan1),
    toolset: "sql",
    parameters: `sql_content: str, ${place}, max_workers: int = 4`,
    does: "Runs several SQL statements, those that do not depend on each other at once.",
    router: script,
  },
  {
    name: "manage_warehouse",
    generations: span(head),
    toolset: "sql",
    parameters: `action: get_best|list = "get_best"`,
    does: "Lists the SQL warehouses. SQL tools choose the best one by themselves.",
    router: by("action", { get_best: warehouses, list: warehouses }),
  },
  {
    name: "list_warehouses",
    generations: span(v8, jan1),
    toolset: "sql",
    parameters: "",
    does: "Lists the SQL warehouses.",
    router: warehouses,
  },
  {
    name: "get_best_warehouse",
    generations: span(v8, jan1),
    toolset: "sql",
    parameters: "",
    does: "Lists the SQL warehouses; one that runs is best. SQL tools choose it by themselves.",
    router: warehouses,
  },
  {
    name: "get_table_stats_and_schema",
    generations: span(head, v8),
    toolset: "catalog",
    parameters: `catalog: str, schema: str, table_names?: texts, ${stats}`,
    does: `Describes tables of a schema, by name or pattern, at most ${mostTables}; counts what is in them unless table_stat_level is NONE.`,
    router: tableStats,
  },
  {
    name: "get_table_details",
    generations: span(v0, jan1),
    toolset: "catalog",
    parameters: `catalog: str, schema: str, table_names?: texts, ${stats}`,
    does: `Describes tables of a schema, by name or pattern, at most ${mostTables}; counts what is in them unless table_stat_level is NONE.`,
    router: tableStats,
  },
  {
    name: "get_volume_folder_details",
    generations: span(head, v8),
    toolset: "volumes",
    parameters: `volume_path: str, format: str = "parquet", ${stats}`,
    does: "Lists a folder of a volume, and shows and counts the rows of its files (parquet, csv, json, delta; file: the list alone).",
    router: volumeFolder,
  },
];
