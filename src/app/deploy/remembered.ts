// What an earlier deployment of the app was asked for, so that a later one need not be told again: its folder, its database, its
// variables, its agents.
import { isObject, tryJson, type JsonObject } from "../../platform/json.ts";
import { MortarError } from "../../platform/errors.ts";
import type { App } from "../../tools/apps/apps-api.ts";
import { object, text } from "../../workspace/fields.ts";
import { agentNames, packageName, type AgentName } from "./agent-packages.ts";
import type { DeployContext } from "./context.ts";
import type { Variable } from "./folder.ts";
import { databaseResource, type LakebaseWish } from "./lakebase.ts";
import { partListName } from "./start-script.ts";
import { remoteFolder, withoutRoot, type RemoteFolder } from "./upload.ts";

/** The folder that the app runs from, where `mortar app deploy` made it. */
export async function earlierFolder(context: DeployContext, app: App | undefined): Promise<string | undefined> {
  const path = app?.active?.sourcePath ?? app?.pending?.sourcePath;
  if (path === undefined) return undefined;
  const { files } = await remoteFolder(context, path);
  return files.has(partListName) ? `/Workspace${withoutRoot(path)}` : undefined;
}

/** The database that the app has as its resource. */
export function earlierDatabase(app: App | undefined): LakebaseWish | undefined {
  const resource = app?.resourceBodies.find((one) => text(one, "name") === databaseResource);
  if (resource === undefined) return undefined;
  const project = /^projects\/([^/]+)\//.exec(text(object(resource, "postgres") ?? {}, "branch") ?? "")?.[1];
  if (project !== undefined) return { kind: "project", name: project };
  const instance = text(object(resource, "database") ?? {}, "instance_name");
  return instance === undefined ? undefined : { kind: "instance", name: instance };
}

export interface Remembered {
  readonly env: readonly Variable[];
  /** None where there is nothing to go by. */
  readonly agents: readonly AgentName[];
}

export async function earlierFiles(context: DeployContext, path: string, remote: RemoteFolder): Promise<Remembered> {
  if (!remote.files.has(partListName)) return { env: [], agents: [] };
  const [yaml, json] = await Promise.all(
    ["app.yaml", "package.json"].map((name) =>
      textOf(context, { path: `${path}/${name}`, isThere: remote.files.has(name) }),
    ),
  );
  return { env: variablesIn(yaml ?? ""), agents: agentsIn(json ?? "") };
}

async function textOf(
  { workspace, signal }: DeployContext,
  { path, isThere }: { readonly path: string; readonly isThere: boolean },
): Promise<string | undefined> {
  if (!isThere) return undefined;
  try {
    return new TextDecoder().decode((await workspace.objects.export(path, { format: "AUTO", signal })).content);
  } catch (thrown) {
    if (thrown instanceof MortarError && thrown.code === "not_found") return undefined;
    throw thrown;
  }
}

function variablesIn(yaml: string): readonly Variable[] {
  const spec = parsedYaml(yaml);
  const list = isObject(spec) && Array.isArray(spec["env"]) ? spec["env"].filter(isObject) : [];
  return list.flatMap(({ name, value }) =>
    typeof name === "string" && typeof value === "string" ? [{ name, value }] : [],
  );
}

function parsedYaml(yaml: string): unknown {
  try {
    return Bun.YAML.parse(yaml);
  } catch {
    return undefined;
  }
}

function agentsIn(json: string): readonly AgentName[] {
  const content = tryJson(json);
  const named = isObject(content) ? object(content as JsonObject, "dependencies") : undefined;
  return named === undefined ? [] : agentNames.filter((agent) => packageName(agent) in named);
}
