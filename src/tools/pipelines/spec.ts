// A pipeline's specification from what a caller says of it.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import type { ToolContext } from "../define.ts";
import { parametersInput } from "../fields.ts";
import { absolutePath } from "../paths.ts";

/** What may be said of a pipeline; of a new one some of it must. */
export const specInput = {
  catalog: z.string().optional().describe("Where its tables go; a new one needs it, schema and sources"),
  schema: z.string().optional(),
  sources: z
    .array(z.string())
    .min(1, "needs at least one")
    .optional()
    .describe("Workspace paths: SQL or Python files, notebooks, folders"),
  root_path: z.string().optional().describe("Folder that Python imports start from"),
  configuration: parametersInput("Settings: ${name} in SQL, spark.conf in Python").optional(),
  serverless: z.boolean().optional().describe("Default true"),
  continuous: z.boolean().optional(),
  development: z.boolean().optional(),
  tags: parametersInput("Tags").optional(),
  extra_settings: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("Other fields of the REST specification, as they are"),
};

const wholeSpec = z.object(specInput);
export type SpecWish = z.output<typeof wholeSpec> & { readonly name?: string | undefined };

export interface WishedSpec {
  /** The fields that were said, in the wire's words. */
  readonly spec: JsonObject;
  /** Sources at which there is nothing. */
  readonly missing: readonly string[];
}

/** What a request may not carry: it belongs to the answer alone. */
const answerOnly = ["id", "pipeline_type"];

/** Only what was said: defaults are the caller's. Throws what resolving a path throws. */
export async function wishedSpec(context: ToolContext, wish: SpecWish): Promise<WishedSpec> {
  const { sources, extra_settings: extra = {}, root_path: root, ...plain } = wish;
  const found = sources === undefined ? undefined : await librariesOf(context, sources);
  const said = {
    ...extra,
    name: plain.name,
    catalog: plain.catalog,
    schema: plain.schema,
    root_path: root === undefined ? undefined : await absolutePath(context, root),
    configuration: plain.configuration,
    serverless: plain.serverless,
    continuous: plain.continuous,
    development: plain.development,
    tags: plain.tags,
    libraries: found?.libraries,
  };
  const entries = Object.entries(said).map(([name, value]) => [name, value ?? (extra[name] as unknown)]);
  const given = entries.filter(([name, value]) => value !== undefined && !answerOnly.includes(String(name)));
  return { spec: Object.fromEntries(given) as JsonObject, missing: found?.missing ?? [] };
}

/** Throws `invalid_input` where a new pipeline would have no source, or no place for its tables. */
function requireWhole(spec: JsonObject): void {
  const { catalog, schema } = publishedTo(spec);
  // Older ones publish to the Hive metastore, or keep their tables in a folder alone.
  const hasPlace = (catalog !== undefined && schema !== undefined) || isText(spec["target"]) || isText(spec["storage"]);
  if (hasPlace && spec["libraries"] !== undefined) return;
  throw new MortarError("invalid_input", "A new pipeline needs catalog, schema and sources", {
    hint: "catalog and schema say where its tables go; sources are paths of files, notebooks or folders.",
  });
}

/** The specification of a new pipeline. Throws `invalid_input` for one that lacks what it needs. `null` in extra_settings is nothing there. */
export function newSpec(spec: JsonObject): JsonObject {
  requireWhole(spec);
  const whole = { continuous: false, serverless: spec["clusters"] === undefined, ...spec };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null));
}

/** The specification of a pipeline that is there, with what was said in place of what it had; `null` takes a field away. */
export function changedSpec(before: JsonObject, spec: JsonObject): JsonObject {
  const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !answerOnly.includes(name)));
  // A pipeline has the one or the other; the older is `target`.
  if (isText(spec["schema"])) delete kept["target"];
  return Object.fromEntries(Object.entries({ ...kept, ...spec }).filter(([, value]) => value !== null));
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

async function librariesOf(context: ToolContext, sources: readonly string[]) {
  const libraries: JsonObject[] = [];
  const missing: string[] = [];
  for (const source of sources) {
    const { path, kind } = await sourceAt(context, source);
    if (kind === "missing") missing.push(path);
    libraries.push(libraryOf(path, kind));
  }
  return { libraries, missing };
}

type SourceKind = "notebook" | "file" | "folder" | "missing";

function libraryOf(path: string, kind: SourceKind): JsonObject {
  if (kind === "notebook") return { notebook: { path } };
  return kind === "folder" ? { glob: { include: `${path}/**` } } : { file: { path } };
}

async function sourceAt(
  context: ToolContext,
  source: string,
): Promise<{ readonly path: string; readonly kind: SourceKind }> {
  const { workspace, signal } = context;
  const path = await absolutePath(context, source.replace(/\/(?:\*\*)?$/, ""));
  try {
    const { objectType } = await workspace.objects.getStatus(path, { signal });
    if (objectType === "NOTEBOOK") return { path, kind: "notebook" };
    return { path, kind: objectType === "FILE" ? "file" : "folder" };
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code !== "not_found") throw thrown;
    return { path, kind: source.endsWith("/**") ? "folder" : "missing" };
  }
}

/** Catalog and schema of a specification, however old its form is. */
export function publishedTo(spec: JsonObject): {
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
} {
  const said = (name: string): string | undefined => (isText(spec[name]) ? String(spec[name]) : undefined);
  return { catalog: said("catalog"), schema: said("schema") ?? said("target") };
}

export function missingHint(missing: readonly string[]): string {
  return `Nothing is at ${missing.join(", ")}: an update fails until the sources are there.`;
}
