// `mortar app deploy`: flags in, a deployment, what became of it out.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { agentNames } from "../../app/deploy/agent-packages.ts";
import { deployApp } from "../../app/deploy/deploy.ts";
import type { Variable } from "../../app/deploy/folder.ts";
import { programFor } from "../../app/deploy/program.ts";
import type { DeployWish } from "../../app/deploy/wish.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";
import { createWorkspaceSource } from "../../tools/open-workspace.ts";
import { resolvePath } from "../../workspace/path.ts";
import { releaseFacts } from "../update/facts.ts";
import type { deployFlags } from "./deploy-flags.ts";
import { describe } from "./deploy-words.ts";

type Context = CommandContext<typeof deployFlags>;

export const run: Run<typeof deployFlags> = async (context) => {
  const { deps, flags, profile, build, signal, progress } = context;
  const name = appName(context.positionals[0]);
  const env = flags.env.map(variable);
  const workspace = await createWorkspaceSource({ deps, profile, version: build.version, signal }).open();
  const { keys, repository, version } = releaseFacts();
  const program = await programFor(deps, {
    binary: flags.binary === undefined ? undefined : resolve(deps.cwd, flags.binary),
    running: runningProgram(context),
    feed: flags.feed,
    repository,
    keys,
    version,
    signal,
    progress: (message) => progress.show(message),
  });
  const path = flags["source-path"];
  const userName = () => workspace.identity.userName({ signal });
  const wish: DeployWish = {
    name,
    program,
    env,
    agents: agentNames.filter((agent) => flags.agent.includes(agent)),
    lakebase: lakebaseOf(context),
    warehouse: flags.warehouse,
    servingEndpoint: flags["serving-endpoint"],
    experiment: flags.experiment,
    scopes: flags.scope.length === 0 ? undefined : flags.scope,
    sourcePath: path === undefined ? undefined : await resolvePath(path, userName),
    stagingFolder: flags["staging-dir"] === undefined ? undefined : resolve(deps.cwd, flags["staging-dir"]),
    replace: flags.replace,
    uploadAll: flags["upload-all"],
    dryRun: flags["dry-run"],
    timeoutMs: flags.timeout,
  };
  const show = (message: string): void => progress.show(message);
  return describe(await deployApp({ workspace, deps, signal, progress: show }, wish), wish.dryRun);
};

function appName(name = ""): string {
  if (/^[a-z0-9-]{2,30}$/.test(name)) return name;
  throw new MortarError("usage", `${JSON.stringify(name)} is no name for an app`, {
    hint: "It has 2 to 30 lowercase letters, digits and dashes.",
  });
}

/** What the platform sets, and what `app serve` relies on, is not for us to say. */
const reserved = /^(?:DATABRICKS_(?:HOST|CLIENT_ID|CLIENT_SECRET|APP_NAME|APP_PORT|WORKSPACE_ID)|PATH|PORT)$/;

function variable(text: string): Variable {
  const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    // The value may be what somebody does not want to see in a terminal.
    throw new MortarError("usage", `--env takes NAME=VALUE, and one of them has no name`);
  }
  if (!reserved.test(name)) return { name, value };
  throw new MortarError("usage", `${name} is set by the platform`, { hint: `Leave --env ${name}=… out.` });
}

function lakebaseOf({ flags }: Context): DeployWish["lakebase"] {
  if (flags["skip-lakebase"]) return "none";
  if (flags.lakebase !== undefined) return { kind: "project", name: projectId(flags.lakebase) };
  const instance = flags["lakebase-instance"];
  return instance === undefined ? undefined : { kind: "instance", name: instance };
}

function projectId(text: string): string {
  const id = text.replace(/^projects\//, "");
  if (/^[a-z][a-z0-9-]{0,62}$/.test(id)) return id;
  throw new MortarError("usage", `${JSON.stringify(text)} is no id of a Lakebase project`, {
    hint: "It begins with a letter, and has lowercase letters, digits and dashes, at most 63.",
  });
}

/** The file of this program, where it is one file. */
function runningProgram({ deps }: Context): string | undefined {
  if (Bun.isStandaloneExecutable !== true || deps.os !== "linux") return undefined;
  try {
    return realpathSync(process.execPath);
  } catch {
    return undefined;
  }
}
