// The sources of a pipeline: notebooks, files and globs of its libraries, read and turned into what they declare.
import { isObject, type JsonObject } from "../../platform/json.ts";
import type { Cdc } from "./cdc.ts";
import { splitNotebook } from "../notebook-cells.ts";
import type { TreeObject } from "../state/tree.ts";
import type { World } from "../world.ts";
import {
  bare,
  definitionFault,
  graphOf,
  keyOf,
  type Dataset,
  type Expectation,
  type Flow,
  type Graph,
  type Place,
} from "./graph.ts";
import type { PipelineSession } from "./kernel.ts";
import { readSqlSource } from "./sql-source.ts";

interface Source {
  readonly path: string;
  readonly parts: readonly { readonly language: "python" | "sql"; readonly code: string }[];
}

/** The sources in the order of the libraries. Throws PipelineFault. */
export function sourcesOf(world: World, spec: JsonObject): readonly Source[] {
  const libraries = Array.isArray(spec["libraries"]) ? spec["libraries"].filter(isObject) : [];
  const found = libraries.flatMap((library) => objectsOf(world, library as JsonObject));
  const sources = found.map((object) => readSource(world, object));
  if (sources.length > 0) return sources;
  throw definitionFault("The pipeline has no source code: its libraries name no notebook and no file.");
}

function objectsOf(world: World, library: JsonObject): readonly TreeObject[] {
  const { notebook, file, glob } = library;
  const named = isObject(notebook) ? notebook["path"] : isObject(file) && file["path"];
  if (typeof named === "string") return [existing(world, named)];
  if (!isObject(glob))
    throw definitionFault(
      `Libraries of the kind ${Object.keys(library).join(", ")} are not supported by the Mortar emulator.`,
    );
  const include = String(glob["include"] ?? "");
  if (!include.endsWith("/**")) return [existing(world, include)];
  return filesBelow(world, existing(world, include.slice(0, -3)).path);
}

function existing(world: World, path: string): TreeObject {
  const found = world.tree.find(path);
  if (found !== undefined) return found;
  throw definitionFault(`Failed to load the source '${path}': it does not exist, or the pipeline may not read it.`);
}

function filesBelow(world: World, folder: string): readonly TreeObject[] {
  return world.tree.list(folder).flatMap((object) => {
    if (object.objectType === "DIRECTORY") return filesBelow(world, object.path);
    const isSource = object.objectType === "NOTEBOOK" || /\.(?:py|sql)$/.test(object.path);
    return isSource ? [object] : [];
  });
}

function readSource(world: World, object: TreeObject): Source {
  const { path, objectType } = object;
  if (objectType === "DIRECTORY")
    throw definitionFault(`The source '${path}' is a folder: name its files, or a glob that ends with /**.`);
  const text = new TextDecoder().decode(world.tree.read(path));
  if (objectType === "FILE") {
    if (path.endsWith(".sql")) return { path, parts: [{ language: "sql", code: text }] };
    if (path.endsWith(".py")) return { path, parts: [{ language: "python", code: text }] };
    throw definitionFault(`The source '${path}' is neither a Python nor a SQL file.`);
  }
  const parts = splitNotebook(text, object.language ?? "PYTHON").cells.flatMap(({ language, code }) => {
    if (language === "md") return [];
    if (language === "python" || language === "sql") return [{ language, code }];
    throw definitionFault(`The notebook '${path}' has a cell of ${language}: a pipeline runs Python and SQL alone.`);
  });
  return { path, parts };
}

interface LoadOptions {
  readonly session: PipelineSession;
  readonly place: Place;
  readonly settings: Readonly<Record<string, string>>;
}

/** Runs the Python of the sources and reads their SQL. Throws PipelineFault, and an abort. */
export async function loadGraph(sources: readonly Source[], { session, place, settings }: LoadOptions): Promise<Graph> {
  const datasets: Dataset[] = [];
  const flows: Flow[] = [];
  let usesPython = false;
  for (const { path, parts } of sources) {
    const sql = parts.filter(({ language }) => language === "sql").map(({ code }) => withSettings(code, settings));
    for (const code of sql) {
      const declared = readSqlSource(code, path, place);
      datasets.push(...declared.datasets);
      flows.push(...declared.flows);
    }
    const cells = parts.filter(({ language }) => language === "python").map(({ code }) => code);
    if (cells.length === 0) continue;
    usesPython = true;
    await session.python('pipelines.run_source(_values["path"], _values["cells"])', {
      path: `/Workspace${path}`,
      cells,
    });
  }
  if (usesPython) {
    const [said = {}] = await session.python("pipelines.declared()");
    const declared = pythonDeclared(said, place);
    datasets.push(...declared.datasets);
    flows.push(...declared.flows);
  }
  if (datasets.length === 0) throw definitionFault("The sources declare no table and no view.");
  return graphOf(datasets, flows);
}

/** `${name}` is a setting of the pipeline, wherever it stands. */
function withSettings(code: string, settings: Readonly<Record<string, string>>): string {
  return code.replace(/\$\{([\w.-]+)\}/g, (whole, name: string) =>
    Object.hasOwn(settings, name) ? (settings[name] ?? "") : whole,
  );
}

interface PythonDataset {
  readonly kind: Dataset["kind"];
  readonly name: string;
  readonly comment: string | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly columns: string | null;
  readonly layout: string | null;
  readonly expectations: readonly Expectation[];
}

interface PythonFlow {
  readonly name: string;
  readonly target: string;
  readonly once: boolean;
  readonly id?: string;
  /** Of changes: the name of what they are read from. */
  readonly source?: string;
  readonly cdc?: { readonly [name in keyof Cdc]: Cdc[name] | null };
}

function queryOf({ id = "", source, cdc }: PythonFlow): Pick<Flow, "query" | "cdc"> {
  if (cdc === undefined || source === undefined) return { query: { python: id } };
  const said = Object.fromEntries(Object.entries(cdc).filter(([, value]) => value !== null)) as unknown as Cdc;
  if (said.scdType !== 1 && said.scdType !== 2) {
    throw definitionFault(`stored_as_scd_type must be 1 or 2, but it is ${String(said.scdType)}.`);
  }
  return { query: { sql: `SELECT * FROM STREAM(${source})` }, cdc: said };
}

function pythonDeclared(said: Readonly<Record<string, unknown>>, place: Place) {
  const found = said as unknown as {
    readonly datasets: readonly PythonDataset[];
    readonly flows: readonly PythonFlow[];
  };
  const views = new Set(found.datasets.filter(({ kind }) => kind === "view").map(({ name }) => name.toLowerCase()));
  const key = (name: string): string =>
    views.has(name.toLowerCase()) ? name.toLowerCase() : keyOf(bare(name.replaceAll("`", "").split(".")), place);
  return {
    datasets: found.datasets.map((one): Dataset => ({
      key: key(one.name),
      name: one.name,
      kind: one.kind,
      comment: one.comment ?? undefined,
      properties: one.properties,
      columns: one.columns ?? undefined,
      layout: one.layout ?? undefined,
      expectations: one.expectations,
    })),
    flows: found.flows.map((one): Flow => ({
      name: one.name,
      target: key(one.target),
      once: one.once,
      ...queryOf(one),
    })),
  };
}
