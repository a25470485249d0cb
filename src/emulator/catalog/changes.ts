// Changes of catalogs, schemas, volumes and tables that the API makes: by SQL where SQL has a statement for it, else in
// their documents.
import { optionalText, optionalTextMap } from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import type { JsonObject } from "../../platform/json.ts";
import { SqlFault } from "../sql/engine.ts";
import type { World } from "../world.ts";

/** Runs one statement, and tells of its failure as the API does. */
export async function runSql(world: World, statement: string): Promise<void> {
  const session = await (await world.sql()).session();
  try {
    await session.query(statement);
  } catch (thrown) {
    throw thrown instanceof SqlFault ? asApiFault(thrown) : thrown;
  } finally {
    await session.close();
  }
}

const statuses: readonly (readonly [RegExp, number, string | undefined])[] = [
  [/^SCHEMA_NOT_EMPTY/, 400, "INVALID_STATE"],
  [/_ALREADY_EXISTS$/, 409, undefined],
  [/^NO_SUCH_CATALOG/, 404, "CATALOG_DOES_NOT_EXIST"],
  [/^(?:SCHEMA|VOLUME|TABLE_OR_VIEW)_NOT_FOUND/, 404, "NOT_FOUND"],
];

function asApiFault(fault: SqlFault): ApiFault {
  const message = fault.message.replace(/^\[[^\]]+\] /, "").replace(/ SQLSTATE: \w+$/, "");
  const [, status = 400, code = fault.errorClass] = statuses.find(([shape]) => shape.test(fault.errorClass)) ?? [];
  return new ApiFault(status, status === 400 && code === fault.errorClass ? "INVALID_PARAMETER_VALUE" : code, message);
}

/** A name for a statement. */
export function sqlName(...parts: readonly string[]): string {
  return parts.map((part) => `\`${part.replaceAll("`", "``")}\``).join(".");
}

interface Owned {
  readonly owner: string;
  readonly comment?: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly updatedAt: number;
}

/** A document with the fields that every PATCH may have. */
export function patched<T extends Owned>(world: World, document: T, body: JsonObject): T {
  return {
    ...document,
    owner: optionalText(body["owner"], "owner") ?? document.owner,
    comment: optionalText(body["comment"], "comment") ?? document.comment,
    properties: optionalTextMap(body["properties"], "properties") ?? document.properties,
    updatedAt: world.clock.now(),
  };
}

/** Where the emulator cannot do what a workspace can, it says so. */
export function notHere(what: string): ApiFault {
  return new ApiFault(501, "NOT_IMPLEMENTED", `The Mortar emulator does not support ${what}.`);
}
