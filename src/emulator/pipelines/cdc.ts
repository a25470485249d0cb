// AUTO CDC: what a target is after all changes, in the order of their sequence and not of their arrival.
import { quoted } from "./evaluate.ts";
import { definitionFault } from "./graph.ts";

export interface Cdc {
  readonly keys: readonly string[];
  /** An expression in SQL, as the two below. */
  readonly sequence: string;
  readonly deletes?: string | undefined;
  /** Columns that the target has; all of the source's unless they are named, or all but some. */
  readonly columns?: readonly string[] | undefined;
  readonly exceptColumns?: readonly string[] | undefined;
  readonly scdType: 1 | 2;
  /** Columns whose change makes a new version; all unless they are named. */
  readonly track?: readonly string[] | undefined;
  readonly exceptTrack?: readonly string[] | undefined;
}

const sequenceName = "__mortar_sequence";
const deleteName = "__mortar_delete";

/** A query for the target over `changes`, a relation of all changes so far with these columns. Throws PipelineFault. */
export function cdcQuery(cdc: Cdc, changes: string, all: readonly string[]): string {
  for (const name of [...cdc.keys, ...(cdc.columns ?? []), ...(cdc.track ?? [])]) requireColumn(name, all);
  const output = chosen(all, cdc.columns, cdc.exceptColumns);
  const extra = `(${cdc.sequence}) AS ${sequenceName}, coalesce((${cdc.deletes ?? "false"}), false) AS ${deleteName}`;
  const source = `SELECT *, ${extra} FROM ${changes} AS _changes`;
  return cdc.scdType === 1 ? latest(cdc, source, output) : versions(cdc, source, output);
}

function requireColumn(name: string, all: readonly string[]): void {
  if (all.some((one) => one.toLowerCase() === name.toLowerCase())) return;
  throw definitionFault(
    `[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name \`${name}\` cannot be resolved. Did you mean one of the following? [${all.map(quoted).join(", ")}]. SQLSTATE: 42703`,
  );
}

function chosen(
  all: readonly string[],
  only: readonly string[] | undefined,
  except: readonly string[] = [],
): readonly string[] {
  if (only !== undefined) return only;
  const left = except.map((name) => name.toLowerCase());
  return all.filter((name) => !left.includes(name.toLowerCase()));
}

const listed = (names: readonly string[], prefix = ""): string =>
  names.map((name) => `${prefix}${quoted(name)}`).join(", ");

/** The last change of each key, where it is no deletion. */
function latest({ keys }: Cdc, source: string, output: readonly string[]): string {
  const rank = `row_number() OVER (PARTITION BY ${listed(keys)} ORDER BY ${sequenceName} DESC) AS __mortar_rank`;
  return `SELECT ${listed(output)} FROM (SELECT *, ${rank} FROM (${source}) AS _a) AS _b WHERE __mortar_rank = 1 AND NOT ${deleteName}`;
}

/** Every version of each key with its time. Changes that leave what is tracked as it was belong to one version, which has the last of them. */
function versions(cdc: Cdc, source: string, output: readonly string[]): string {
  const keys = listed(cdc.keys);
  const inOrder = `OVER (PARTITION BY ${keys} ORDER BY ${sequenceName})`;
  const tracked = cdc.track ?? chosen(output, undefined, cdc.exceptTrack);
  const differs = tracked.map((name) => `NOT (${quoted(name)} <=> lag(${quoted(name)}) ${inOrder})`);
  const begins = [`lag(${sequenceName}) ${inOrder} IS NULL`, deleteName, `lag(${deleteName}) ${inOrder}`, ...differs];
  const marked = `SELECT *, CASE WHEN ${begins.join(" OR ")} THEN 1 ELSE 0 END AS __mortar_begins FROM (${source}) AS _a`;
  const numbered = `SELECT *, sum(__mortar_begins) ${inOrder} AS __mortar_version FROM (${marked}) AS _b`;
  const ofVersion = `PARTITION BY ${keys}, __mortar_version`;
  const dated =
    `SELECT *, min(${sequenceName}) OVER (${ofVersion}) AS \`__START_AT\`, ` +
    `row_number() OVER (${ofVersion} ORDER BY ${sequenceName} DESC) AS __mortar_rank FROM (${numbered}) AS _c`;
  const ended =
    `SELECT *, lead(\`__START_AT\`) OVER (PARTITION BY ${keys} ORDER BY __mortar_version) AS \`__END_AT\` ` +
    `FROM (${dated}) AS _d WHERE __mortar_rank = 1`;
  return `SELECT ${listed(output)}, \`__START_AT\`, \`__END_AT\` FROM (${ended}) AS _e WHERE NOT ${deleteName}`;
}

/** The table beside the target that keeps the changes. */
export function changesKey(target: string): string {
  const [catalog = "", schema = "", name = ""] = target.split(".");
  return `${catalog}.${schema}.__apply_changes_storage_${name}`;
}
