// An app's source on the disk: copied from the workspace, with the command that app.yaml names.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isObject } from "../../platform/json.ts";
import type { TreeObject } from "../state/tree.ts";
import type { World } from "../world.ts";

export interface AppSource {
  readonly command: readonly string[];
  readonly env: readonly AppVariable[];
}

export interface AppVariable {
  readonly name: string;
  readonly value?: string | undefined;
  /** The key of a resource of the app. */
  readonly valueFrom?: string | undefined;
}

/** A fault of the source itself: the deployment fails with these words. */
export class SourceFault extends Error {}

/** https://docs.databricks.com/aws/en/dev-tools/databricks-apps/deploy: no file of an app may be larger. */
const largestFileBytes = 10 * 1024 * 1024;

/** Copies the folder, and reads what is to be run. Throws SourceFault. */
export async function copySource(world: World, path: string, folder: string): Promise<AppSource> {
  if (world.tree.find(path)?.objectType !== "DIRECTORY")
    throw new SourceFault(`Source code path ${path} does not exist.`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = new Set<string>();
  for (const object of below(world, path)) {
    const bytes = world.tree.read(object.path);
    const name = `${object.path.slice(path.length + 1)}${object.objectType === "NOTEBOOK" ? extensionOf(object) : ""}`;
    if (bytes.byteLength > largestFileBytes) {
      throw new SourceFault(`File ${name} is larger than the maximum allowed file size of 10 MB.`);
    }
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
    names.add(name);
  }
  const yaml = names.has("app.yaml") ? "app.yaml" : "app.yml";
  const text = names.has(yaml) ? await Bun.file(join(folder, yaml)).text() : "";
  return readSpec(text, names);
}

function* below(world: World, path: string): Generator<TreeObject> {
  for (const object of world.tree.list(path)) {
    if (object.objectType === "DIRECTORY") yield* below(world, object.path);
    else yield object;
  }
}

function extensionOf({ language }: TreeObject): string {
  return { PYTHON: ".py", SQL: ".sql", SCALA: ".scala", R: ".r" }[language ?? "PYTHON"];
}

/** The specification of app.yaml; without a command, what the platform would run. Throws SourceFault. */
export function readSpec(text: string, names: ReadonlySet<string>): AppSource {
  const spec = parsed(text);
  const command = commandOf(spec["command"]) ?? usualCommand(names);
  if (command === undefined) {
    throw new SourceFault("No command was found: add an app.yaml with a command, a package.json, or one Python file.");
  }
  const given = Array.isArray(spec["env"]) ? spec["env"].filter(isObject) : [];
  const env = given.map((one): AppVariable => {
    const [value, valueFrom] = [one["value"], one["valueFrom"]];
    return {
      name: String(one["name"]),
      ...(value === undefined ? {} : { value: String(value) }),
      ...(valueFrom === undefined ? {} : { valueFrom: String(valueFrom) }),
    };
  });
  return { command, env };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = text.trim() === "" ? {} : Bun.YAML.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new SourceFault("app.yaml is not valid YAML with keys at its top.");
}

function commandOf(value: unknown): readonly string[] | undefined {
  if (typeof value === "string" && value.trim() !== "") return ["sh", "-c", value];
  return Array.isArray(value) && value.length > 0 ? value.map(String) : undefined;
}

function usualCommand(names: ReadonlySet<string>): readonly string[] | undefined {
  if (names.has("package.json")) return ["npm", "run", "start"];
  const top = [...names].filter((name) => name.endsWith(".py") && !name.includes("/")).toSorted();
  const first = top.includes("app.py") ? "app.py" : top[0];
  return first === undefined ? undefined : ["python3", first];
}
