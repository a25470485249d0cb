// The specification of a pipeline as a request has it: what it must have, and what the emulator makes of it.
import { isObject, type JsonObject } from "../../platform/json.ts";
import {
  invalid,
  optionalArray,
  optionalFlag,
  optionalObject,
  optionalText,
  optionalTextMap,
  optionalWord,
} from "../http/fields.ts";
import type { Place } from "./graph.ts";

/** Fields of a request that are no part of the specification. */
const requestOnly = ["dry_run", "allow_duplicate_names", "expected_last_modified", "id", "pipeline_id", "run_as"];

/** The specification in a request. Throws INVALID_PARAMETER_VALUE. */
export function specOf(body: JsonObject): JsonObject {
  const spec = Object.fromEntries(
    Object.entries(body).filter(([name, value]) => !requestOnly.includes(name) && value !== null),
  );
  for (const name of ["name", "catalog", "schema", "target", "storage", "root_path", "budget_policy_id"]) {
    optionalText(spec[name], name);
  }
  for (const name of ["continuous", "development", "photon", "serverless", "allow_duplicate_names"]) {
    optionalFlag(spec[name], name);
  }
  optionalTextMap(spec["configuration"], "configuration");
  optionalTextMap(spec["tags"], "tags");
  optionalObject(spec["environment"], "environment");
  optionalArray(spec["clusters"], "clusters");
  optionalWord(spec["channel"], "channel", ["CURRENT", "PREVIEW"]);
  optionalWord(spec["edition"], "edition", ["CORE", "PRO", "ADVANCED", "core", "pro", "advanced"]);
  for (const library of optionalArray(spec["libraries"], "libraries") ?? []) checkLibrary(library);
  if (spec["schema"] !== undefined && spec["target"] !== undefined) {
    throw invalid("Cannot set both 'schema' and 'target': use 'schema' for pipelines that publish to Unity Catalog.");
  }
  if (spec["ingestion_definition"] !== undefined || spec["gateway_definition"] !== undefined) {
    throw invalid(
      "Managed ingestion pipelines are not supported by the Mortar emulator: it runs SQL and Python sources.",
    );
  }
  if (spec["catalog"] === undefined || (spec["schema"] ?? spec["target"]) === undefined) {
    throw invalid(
      "The Mortar emulator runs pipelines that publish to Unity Catalog: 'catalog' and 'schema' are needed.",
    );
  }
  return spec;
}

function checkLibrary(library: unknown): void {
  if (!isObject(library)) throw invalid("Invalid value for the field 'libraries': expected objects.");
  const kinds = Object.keys(library);
  if (kinds.length !== 1) throw invalid("Each of 'libraries' must have exactly one of notebook, file, glob.");
  const [kind = ""] = kinds;
  if (!["notebook", "file", "glob"].includes(kind)) {
    throw invalid(`Libraries of the kind '${kind}' are not supported by the Mortar emulator.`);
  }
  const named = optionalObject(library[kind], `libraries.${kind}`) ?? {};
  const path = optionalText(named[kind === "glob" ? "include" : "path"], `libraries.${kind}.path`) ?? "";
  if (!path.startsWith("/")) throw invalid(`The path of a library must be absolute, but it is '${path}'.`);
}

export function placeOf(spec: JsonObject): Place {
  return { catalog: String(spec["catalog"]), schema: String(spec["schema"] ?? spec["target"]) };
}

export function settingsOf(spec: JsonObject): Readonly<Record<string, string>> {
  return optionalTextMap(spec["configuration"], "configuration") ?? {};
}
