// A dashboard's document: read from what a caller gives, and looked through for what would stay empty without an error.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject, parseJson } from "../../platform/json.ts";

export const definitionInput = z
  .union([z.string(), z.looseObject({})])
  .describe("The dashboard document: datasets and pages, as an object or as JSON text");

/** The document as JSON text. Throws `invalid_input` for what is no dashboard. */
export function definitionText(given: string | Readonly<Record<string, unknown>>): string {
  const value = typeof given === "string" ? parsed(given) : given;
  if (!isObject(value) || !Array.isArray(value["pages"])) {
    throw new MortarError("invalid_input", "A dashboard's document is an object with pages (and datasets)", {
      hint: 'The least is {"pages": [{"name": "overview", "displayName": "Overview", "layout": []}]}.',
    });
  }
  return typeof given === "string" ? given : JSON.stringify(given);
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : "it ends too early";
    throw new MortarError("invalid_input", `The dashboard's document is not JSON: ${why.slice(0, 200)}`, {
      hint: "Give it as an object, or as JSON text.",
    });
  }
}

const mostWarnings = 20;

/** What in the document leads to empty widgets: datasets that are not there, fields that no query gives, names twice. */
export function definitionWarnings(text: string): string[] {
  const document = parsed(text);
  if (!isObject(document)) return [];
  const datasets = new Set(list(document["datasets"]).map((one) => String(one["name"])));
  const warnings: string[] = [];
  const seen = new Set<string>();
  for (const page of list(document["pages"])) {
    for (const { widget } of list(page["layout"])) {
      if (!isObject(widget)) continue;
      const name = String(widget["name"] ?? "");
      if (seen.has(name)) warnings.push(`Two widgets are called ${JSON.stringify(name)}.`);
      seen.add(name);
      warnings.push(...widgetWarnings(widget, name, datasets));
    }
  }
  return warnings.slice(0, mostWarnings);
}

function widgetWarnings(
  widget: Readonly<Record<string, unknown>>,
  name: string,
  datasets: ReadonlySet<string>,
): readonly string[] {
  const queries = list(widget["queries"]).map(({ query }) => (isObject(query) ? query : {}));
  const fields = new Set(queries.flatMap((query) => list(query["fields"]).map((one) => String(one["name"]))));
  const missing = queries.map((query) => String(query["datasetName"])).filter((dataset) => !datasets.has(dataset));
  const spec = isObject(widget["spec"]) ? widget["spec"] : {};
  const wanted = [...fieldNames(spec["encodings"])].filter((field) => !fields.has(field));
  return [
    ...missing.map(
      (dataset) => `Widget ${JSON.stringify(name)} asks the dataset ${JSON.stringify(dataset)}, which is not there.`,
    ),
    ...[...new Set(wanted)].map(
      (field) => `Widget ${JSON.stringify(name)} shows the field ${JSON.stringify(field)}, which no query of it gives.`,
    ),
  ];
}

/** Every `fieldName` in a widget's encodings. Filters name theirs beside a query, and are looked up there likewise. */
function* fieldNames(node: unknown): Generator<string> {
  if (Array.isArray(node)) for (const one of node) yield* fieldNames(one);
  else if (isObject(node)) {
    if (typeof node["fieldName"] === "string") yield node["fieldName"];
    for (const value of Object.values(node)) yield* fieldNames(value);
  }
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
