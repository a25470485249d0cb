// The kinds of securables: how each is named, where it lies in the API, and what of it is worth telling.
import * as z from "zod";
import type { Word } from "../question.ts";
import type { Target } from "../targets.ts";
import { nameParts } from "./names.ts";
import { unityPath } from "./unity-api.ts";

interface Kind {
  /** The collection in the path; with low lines, the field of its list. */
  readonly collection: string;
  /** How a name of this kind is written. */
  readonly form: string;
}

const kinds = {
  catalog: { collection: "catalogs", form: "catalog" },
  schema: { collection: "schemas", form: "catalog.schema" },
  table: { collection: "tables", form: "catalog.schema.table" },
  volume: { collection: "volumes", form: "catalog.schema.volume" },
  function: { collection: "functions", form: "catalog.schema.function" },
  storage_credential: { collection: "storage-credentials", form: "name" },
  external_location: { collection: "external-locations", form: "name" },
  connection: { collection: "connections", form: "name" },
  share: { collection: "shares", form: "name" },
  recipient: { collection: "recipients", form: "name" },
  provider: { collection: "providers", form: "name" },
  metastore: { collection: "metastores", form: "metastore-id" },
} as const satisfies Record<string, Kind>;

export type SecurableType = keyof typeof kinds;

/** One of `types`, also written `STORAGE CREDENTIAL` or `storage-credential`. */
export function securableTypeInput<const T extends readonly SecurableType[]>(types: T) {
  const word = (value: unknown): unknown =>
    typeof value === "string"
      ? value
          .trim()
          .toLowerCase()
          .replace(/[\s-]+/g, "_")
      : value;
  return z.preprocess(word, z.enum(types));
}

export const fullNameInput = z.string().min(1, "must not be empty").describe("catalog.schema.name, as deep as it lies");

/** The collection's path. */
export function collectionPath(type: SecurableType): `/${string}` {
  return unityPath(kinds[type].collection);
}

/** The name without backticks, as paths and bodies have it. Throws `invalid_input` for one that is not whole. */
export function fullNameOf(type: SecurableType, name: string): string {
  return securableParts(type, name).join(".");
}

/** The parts of the name. Throws `invalid_input`. */
export function securableParts(type: SecurableType, name: string): readonly string[] {
  const { form } = kinds[type];
  const depth = form.split(".").length;
  // What lies at the root of the metastore has a name of one part, whatever signs are in it.
  if (depth === 1 && !name.includes("`") && type !== "catalog") return [name.trim()];
  return nameParts(name, depth, form);
}

export function securablePath(type: SecurableType, name: string): `/${string}` {
  return unityPath(kinds[type].collection, fullNameOf(type, name));
}

/** The list in the answer of the collection. */
export function listField(type: SecurableType): string {
  return kinds[type].collection.replaceAll("-", "_");
}

/** The kind as a question to a person has it. */
export function kindWord(type: SecurableType): Word {
  return { word: type.replaceAll("_", " ") };
}

/** What a change of the object writes, for protected catalogs and schemas: nothing where it lies in none. */
export function securableTargets(type: SecurableType, name: string): readonly Target[] {
  const isInCatalog = type === "catalog" || kinds[type].form.includes(".");
  return isInCatalog ? [{ kind: "securable", name: securableParts(type, name) }] : [];
}
