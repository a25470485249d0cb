// Puts one workspace together over its data folder.
import type { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Clock, Environment, OperatingSystem } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { resolvePaths } from "../platform/paths.ts";
import type { RunProcess } from "../platform/process.ts";
import type { Caller } from "./http/route.ts";
import { createScriptedModel } from "./models/scripted-model.ts";
import { findPython } from "./python.ts";
import { beyondOf } from "./catalog/beyond.ts";
import type { Beyond } from "./sql/beyond.ts";
import type { SqlEngine } from "./sql/engine.ts";
import { openDatabase } from "./state/database.ts";
import { createIds } from "./state/ids.ts";
import { createStore } from "./state/sqlite-store.ts";
import { createTokens } from "./state/tokens.ts";
import { createTree } from "./state/workspace-tree.ts";
import type { Switches, World } from "./world.ts";

/** The part of Deps that the emulator needs. */
export interface EmulatorDeps {
  readonly env: Environment;
  readonly os: OperatingSystem;
  readonly clock: Clock;
  readonly run: RunProcess;
}

export interface WorldOptions {
  readonly folder: string;
  readonly deps: EmulatorDeps;
  /** User name of the workspace's one person, an e-mail address. A folder keeps the first one that it was opened with. */
  readonly owner?: string | undefined;
  readonly switches?: Partial<Switches> | undefined;
  /** Ends every child process and timer of the world. */
  readonly signal: AbortSignal;
}

export interface OpenWorld {
  readonly world: World;
  /** Closes the SQL engine and the database. The caller has fired `signal` before. */
  close(): Promise<void>;
}

interface Identity {
  readonly workspaceId: string;
  readonly owner: Caller;
}

const defaultOwner = "me@example.com";
const defaultSwitches: Switches = {
  serverless: true,
  clusterStartMs: 1_000,
  runStartMs: 200,
  accessTokenMs: 3_600_000,
  refreshTokenMs: 30 * 86_400_000,
  rotateRefreshTokens: true,
  autoConsent: false,
  noPython: false,
  modelListNeedsOrgId: false,
  emptyModelLists: false,
};

/** Opens or makes the workspace in `folder`. Throws `conflict` while another emulator uses it, and `io`. */
export async function openWorld(options: WorldOptions): Promise<OpenWorld> {
  const database = await openDatabase(options.folder);
  try {
    return buildWorld(database, options);
  } catch (cause) {
    database.close();
    throw new MortarError("io", `The data in ${options.folder} cannot be read: ${messageOf(cause)}`, {
      hint: "Another version of Mortar may have made it, or it is broken. `mortar emulator reset` deletes it.",
      cause,
    });
  }
}

function buildWorld(database: Database, options: WorldOptions): OpenWorld {
  const { folder, deps, signal } = options;
  const store = createStore(database);
  const ids = createIds(database, deps.clock);
  const { workspaceId, owner } = identity();
  const protectedFolders = ["/Users", `/Users/${owner.userName}`, "/Shared", "/Repos"];
  const tree = createTree({ database, ids, clock: deps.clock, protectedFolders });
  const switches: Switches = { ...defaultSwitches, ...options.switches };
  let engine: Promise<SqlEngine> | undefined;
  let python: Promise<string | undefined> | undefined;

  const world: World = {
    folder,
    store,
    ids,
    tree,
    tokens: createTokens(store, deps.clock),
    owner,
    workspaceId,
    switches,
    model: createScriptedModel(),
    signal,
    clock: deps.clock,
    env: deps.env,
    sql: () => {
      engine ??= openSql(join(folder, "sql"), { deps, user: owner.userName, signal, beyond: beyondOf(world) }).catch(
        (thrown: unknown) => {
          engine = undefined;
          throw thrown;
        },
      );
      return engine;
    },
    python: async () => {
      if (switches.noPython) return undefined;
      python ??= findPython(deps, signal);
      return python;
    },
  };
  return { world, close };

  function identity(): Identity {
    const collection = store.collection<Identity>("identity");
    const known = collection.get("workspace");
    if (known !== undefined) return known;
    const userName = options.owner ?? defaultOwner;
    const made: Identity = {
      workspaceId: "7405610928374651",
      owner: { userName, userId: ids.next(), isServicePrincipal: false },
    };
    collection.put("workspace", made);
    return made;
  }

  async function close(): Promise<void> {
    const opened = await engine?.catch(() => undefined);
    await opened?.close();
    store.close();
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

interface SqlStart {
  readonly deps: EmulatorDeps;
  readonly user: string;
  readonly signal: AbortSignal;
  readonly beyond: Beyond;
}

async function openSql(folder: string, { deps, user, signal, beyond }: SqlStart): Promise<SqlEngine> {
  const { openSqlEngine } = await import("./sql/open.ts");
  // One unpacked copy of the engine serves every data folder of this person.
  const { home, cache } = resolvePaths(deps.env, deps.os);
  const cacheFolder = home === undefined ? {} : { cacheFolder: cache };
  return openSqlEngine({ folder, signal, user, beyond, now: () => deps.clock.now(), ...cacheFolder });
}
