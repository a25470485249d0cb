// Completion of catalogs, schemas and tables: one at a time, or as a whole name with points.
import { matching, type Scope, type Source } from "./source.ts";

/** Of each list. */
const most = 1_000;

function catalogs({ kept }: Scope): Promise<readonly string[]> {
  return kept("catalogs", async ({ unityCatalog }, signal) =>
    (await unityCatalog.catalogs({ limit: most, signal })).items.map(({ name }) => name),
  );
}

function schemas({ kept }: Scope, catalog: string): Promise<readonly string[]> {
  return kept(`schemas ${JSON.stringify([catalog])}`, async ({ unityCatalog }, signal) =>
    (await unityCatalog.schemas(catalog, { limit: most, signal })).items.map(({ name }) => name),
  );
}

function tables({ kept }: Scope, catalog: string, schema: string): Promise<readonly string[]> {
  return kept(`tables ${JSON.stringify([catalog, schema])}`, async ({ unityCatalog }, signal) =>
    (await unityCatalog.tables(catalog, schema, { limit: most, namesOnly: true, signal })).items.map(
      ({ name }) => name,
    ),
  );
}

export const catalogNames: Source = async (typed, scope) => matching(typed, await catalogs(scope));

/** Those of the catalog that is given; none where none is. */
export const schemaNames: Source = async (typed, scope) => {
  const { catalog } = scope.given;
  return catalog === undefined || catalog === "" ? [] : matching(typed, await schemas(scope, catalog));
};

/** Those of the catalog and schema that are given. */
export const tableNames: Source = async (typed, scope) => {
  const { catalog, schema } = scope.given;
  if (catalog === undefined || catalog === "" || schema === undefined || schema === "") return [];
  return matching(typed, await tables(scope, catalog, schema));
};

/** `catalog.schema.table`, part by part: what is not whole yet ends with a point. */
export const fullTableNames: Source = async (typed, scope) => {
  const parts = partsOf(typed);
  const [catalog = "", schema = "", table = ""] = parts;
  if (parts.length === 1) return matching(catalog, await catalogs(scope)).map((name) => `${quoted(name)}.`);
  if (parts.length === 2) {
    return matching(schema, await schemas(scope, catalog)).map((name) => `${quoted(catalog)}.${quoted(name)}.`);
  }
  const found = matching(table, await tables(scope, catalog, schema));
  return found.map((name) => [catalog, schema, name].map(quoted).join("."));
};

/** Split at points that are not in backticks; the last part may be begun. */
function partsOf(typed: string): readonly string[] {
  const parts = [...typed.matchAll(/(?:`(?:[^`]|``)*`?|[^`.])*(?:\.|$)/g)].map(([part]) => part.replace(/\.$/, ""));
  const whole = typed === "" || !typed.endsWith(".") ? parts.slice(0, -1) : parts;
  return (whole.length === 0 ? [typed] : whole).map(unquoted);
}

function unquoted(part: string): string {
  return part.startsWith("`") ? part.replace(/^`/, "").replace(/`$/, "").replaceAll("``", "`") : part;
}

function quoted(name: string): string {
  return /^\w+$/.test(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}
