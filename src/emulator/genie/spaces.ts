// Genie spaces as the emulator keeps them, and what the API says of a document that does not fit.
import { isObject, parseJson } from "../../platform/json.ts";
import { invalid, optionalText } from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

export type SpaceDocument = Readonly<Record<string, unknown>>;

export interface Space {
  readonly id: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly warehouseId: string;
  readonly parentPath: string;
  readonly document: SpaceDocument;
  readonly etag: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const spacesOf = (world: World): Collection<Space> => world.store.collection<Space>("genie-spaces");

/** Throws RESOURCE_DOES_NOT_EXIST, for what is in the trash too. */
export function requireSpace(world: World, id: string): Space {
  const found = spacesOf(world).get(id);
  if (found !== undefined) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Genie space ${id} does not exist.`);
}

export function spaceView(space: Space, withDocument: boolean): object {
  return {
    space_id: space.id,
    title: space.title,
    ...(space.description === undefined ? {} : { description: space.description }),
    warehouse_id: space.warehouseId,
    parent_path: space.parentPath,
    etag: space.etag,
    ...(withDocument ? { serialized_space: JSON.stringify(space.document) } : {}),
  };
}

const mostTables = 30;

/** Reads `serialized_space`: JSON text, ids of 32 hexadecimal digits, every list sorted. Throws ApiFault 400. */
export function readDocument(value: unknown): SpaceDocument {
  // A client that sends the object itself meets the same refusal as in the workspace.
  const text = optionalText(value, "serialized_space");
  if (text === undefined || text === "") throw invalid("Missing required field: serialized_space");
  const document = parsed(text);
  if (document["version"] !== 1 && document["version"] !== 2)
    throw invalid("Invalid serialized_space: version must be 1 or 2.");
  const sources = section(document, "data_sources");
  checkTables(list(sources["tables"]), "data_sources.tables");
  checkTables(list(sources["metric_views"]), "data_sources.metric_views");
  checkIds(list(section(document, "config")["sample_questions"]), "config.sample_questions");
  const instructions = section(document, "instructions");
  for (const key of ["text_instructions", "example_question_sqls", "sql_functions", "join_specs"]) {
    checkIds(list(instructions[key]), `instructions.${key}`);
  }
  if (list(instructions["text_instructions"]).length > 1) {
    throw invalid("Invalid serialized_space: instructions.text_instructions may have at most one entry.");
  }
  return document;
}

function parsed(text: string): SpaceDocument {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw invalid("Invalid serialized_space: it is not valid JSON.");
  }
  if (!isObject(value)) throw invalid("Invalid serialized_space: expected an object.");
  return value;
}

function checkTables(tables: readonly SpaceDocument[], field: string): void {
  const names = tables.map((one) => String(one["identifier"] ?? ""));
  if (names.length > mostTables)
    throw invalid(`Invalid serialized_space: ${field} may have at most ${mostTables} entries.`);
  for (const name of names) {
    if (name.split(".").length !== 3)
      throw invalid(`Invalid serialized_space: ${field}.identifier '${name}' is not a three-part name.`);
  }
  checkSorted(names, `${field} must be sorted by identifier`);
}

function checkIds(items: readonly SpaceDocument[], field: string): void {
  const ids = items.map((one) => String(one["id"] ?? ""));
  for (const id of ids) {
    if (!/^[0-9a-f]{32}$/.test(id))
      throw invalid(`Invalid serialized_space: ${field}.id '${id}' must be 32 lowercase hexadecimal characters.`);
  }
  checkSorted(ids, `${field} must be sorted by id`);
}

function checkSorted(values: readonly string[], message: string): void {
  const isSorted = values.every((value, at) => at === 0 || (values[at - 1] ?? "") < value);
  if (!isSorted) throw invalid(`Invalid serialized_space: ${message}.`);
}

/** The questions of the space that have SQL, as authors wrote them. */
export function examplesOf(document: SpaceDocument): readonly { readonly question: string; readonly sql: string }[] {
  return list(section(document, "instructions")["example_question_sqls"]).map((one) => ({
    question: textOf(one["question"]),
    sql: textOf(one["sql"]),
  }));
}

export function sampleQuestionsOf(document: SpaceDocument): readonly string[] {
  return list(section(document, "config")["sample_questions"]).map((one) => textOf(one["question"]));
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join("") : String(value ?? "");
}

function section(document: SpaceDocument, key: string): SpaceDocument {
  const value = document[key];
  if (value === undefined) return {};
  if (!isObject(value)) throw invalid(`Invalid serialized_space: ${key} must be an object.`);
  return value;
}

function list(value: unknown): readonly SpaceDocument[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
