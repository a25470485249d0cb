// The managed servers of a schema: its functions as tools, and its vector indexes.
import { requiredText } from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import type { FunctionDocument, SchemaNode } from "../sql/catalog-documents.ts";
import { indexesOf, readyIndex, rowsOf, type Index } from "../vectors/indexes.ts";
import { search } from "../vectors/search.ts";
import type { World } from "../world.ts";
import type { ManagedServer, ManagedTool } from "./protocol.ts";
import { runStatement, statementShown } from "./statements.ts";

export interface SchemaPlace {
  readonly catalog: string;
  readonly schema: string;
  /** One function or index of it; empty for all. */
  readonly name: string;
}

/** Throws SCHEMA_DOES_NOT_EXIST, and RESOURCE_DOES_NOT_EXIST for a function that is not there. */
export async function functionsServer(world: World, place: SchemaPlace): Promise<ManagedServer> {
  const all = [...(await schemaOf(world, place)).functions].filter(
    ([name]) => place.name === "" || name === place.name,
  );
  if (place.name !== "" && all.length === 0) throw missing(`Function ${fullName(place, place.name)}`);
  const tools = all.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { name: "databricks-functions", tools: tools.map(([name, document]) => functionTool(place, name, document)) };
}

function functionTool(place: SchemaPlace, name: string, { parameters }: FunctionDocument): ManagedTool {
  const names = parameters.map((one) => one.name);
  return {
    name: toolName(place, name),
    readOnly: false,
    description: `Runs the function ${fullName(place, name)}.`,
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(parameters.map((one) => [one.name, schemaOfType(one.type, one.comment)])),
      required: names,
    },
    run: async (given, call, world) => {
      const values = parameters.map((one) => {
        const value = given[one.name];
        if (value === undefined) throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `Missing parameter: ${one.name}`);
        const text = typeof value === "string" ? value : JSON.stringify(value);
        return { name: one.name, value: value === null ? null : text, type: one.type };
      });
      const path = [place.catalog, place.schema, name].map((part) => `\`${part}\``).join(".");
      const statement = `SELECT ${path}(${names.map((one) => `:${one}`).join(", ")}) AS value`;
      const { id } = await runStatement(world, call, { statement, parameters: values });
      const shown = statementShown(world, id) as Shown;
      if (shown.status.state === "FAILED") {
        throw new ApiFault(400, "EXECUTION_ERROR", shown.status.error?.message ?? "The function failed.");
      }
      return { format: "SCALAR", value: shown.result?.data_array[0]?.values[0]?.string_value ?? null };
    },
  };
}

interface Shown {
  readonly status: { readonly state: string; readonly error?: { readonly message: string } };
  readonly result?: {
    readonly data_array: readonly { readonly values: readonly { readonly string_value?: string }[] }[];
  };
}

function schemaOfType(type: string, comment: string | undefined): object {
  const described = comment === undefined ? {} : { description: comment };
  if (/^(?:TINYINT|SMALLINT|INT|INTEGER|BIGINT|LONG)\b/i.test(type)) return { type: "integer", ...described };
  if (/^(?:FLOAT|DOUBLE|DECIMAL)\b/i.test(type)) return { type: "number", ...described };
  return { type: /^BOOLEAN\b/i.test(type) ? "boolean" : "string", ...described };
}

/** Throws SCHEMA_DOES_NOT_EXIST, and RESOURCE_DOES_NOT_EXIST for an index that is not there. */
export async function searchServer(world: World, place: SchemaPlace): Promise<ManagedServer> {
  await schemaOf(world, place);
  const prefix = `${place.catalog}.${place.schema}.`;
  const all = indexesOf(world)
    .all()
    .filter(({ name }) => (place.name === "" ? name.startsWith(prefix) : name === fullName(place, place.name)));
  if (place.name !== "" && all.length === 0) throw missing(`Index ${fullName(place, place.name)}`);
  return { name: "databricks-ai-search", tools: all.map((index) => searchTool(place, index)) };
}

/** As many as a model reads. */
const mostHits = 5;

function searchTool(place: SchemaPlace, { name }: Index): ManagedTool {
  return {
    name: toolName(place, name.split(".").at(-1) ?? name),
    readOnly: true,
    description: `Searches the index ${name} for what is nearest in meaning.`,
    inputSchema: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
    run: (given, _call, world) => {
      const text = requiredText(given["query"], "query");
      const rows = rowsOf(world, readyIndex(world, name).name).all();
      const hits = search(rows, { text, vector: undefined, type: "ANN", threshold: undefined }).slice(0, mostHits);
      return Promise.resolve({ results: hits.map(({ row, score }) => ({ ...row.values, score })) });
    },
  };
}

const toolName = ({ catalog, schema }: SchemaPlace, name: string): string => `${catalog}__${schema}__${name}`;
const fullName = ({ catalog, schema }: SchemaPlace, name: string): string => `${catalog}.${schema}.${name}`;

async function schemaOf(world: World, { catalog, schema }: SchemaPlace): Promise<SchemaNode> {
  const found = (await world.sql()).catalogs().get(catalog)?.schemas.get(schema);
  if (found !== undefined) return found;
  throw new ApiFault(404, "SCHEMA_DOES_NOT_EXIST", `Schema '${catalog}.${schema}' does not exist.`);
}

function missing(what: string): ApiFault {
  return new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `${what} does not exist.`);
}
