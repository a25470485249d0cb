// What an embedded agent has of a workspace: its models by our proxy, and our tools, both in this process and on loopback.
import { randomBytes } from "node:crypto";
import { openCredentials } from "../../../auth/credentials.ts";
import { serveHttp } from "../../../mcp/http/serve-http.ts";
import type { Deps } from "../../../platform/deps.ts";
import { Secret } from "../../../platform/secret.ts";
import { createWorkspaceSource } from "../../../tools/open-workspace.ts";
import { selectTools, type SelectionWish } from "../../../tools/selection.ts";
import { termsOf } from "../../../tools/terms.ts";
import { createModels } from "../../runs/models.ts";
import type { EngineServer, ModelSource } from "../engine.ts";

export interface SideOptions {
  readonly deps: Deps;
  readonly version: string;
  readonly profile: string | undefined;
  readonly signal: AbortSignal;
}

export interface ModelSide {
  readonly source: ModelSource;
  close(): Promise<void>;
}

/** The models of the profile's workspace. The agent gets a key that is good for nothing but this address. */
export async function openModelSide({ deps, version, profile, signal }: SideOptions): Promise<ModelSide> {
  const credentials = await openCredentials(deps, { profile, signal });
  const source = createWorkspaceSource({ deps, profile, version, through: ["agent", "embedded"], signal });
  const access = { host: credentials.host, profile: credentials.profile, source, credentials: async () => credentials };
  const caller = { user: "embedded", displayName: "", access };
  const models = createModels(deps, version);
  const [way, byRole] = await Promise.all([models.open(caller), models.byRole(caller, signal)]);
  return {
    source: { kind: "proxy", url: way.url, key: way.key, models: byRole },
    close: async () => {
      way.close();
      await models.close();
    },
  };
}

export interface ToolSide {
  readonly server: EngineServer;
  /** Those that only read, by their full names. */
  readonly readers: readonly string[];
  close(): Promise<void>;
}

const serverName = "databricks";

/** Our tools as the profile's owner, behind a secret of this service. Who is asked is the agent's own matter. */
export function openToolSide(
  { deps, version, profile, signal }: SideOptions,
  wish: Omit<SelectionWish, "terms" | "naming">,
): ToolSide {
  const bearer = new Secret(randomBytes(32).toString("base64url"));
  const selection = selectTools({ ...wish, terms: termsOf({ confirm: "never" }) });
  // What touches the files of this machine is the agent's own part, with its own fence.
  const entries = selection.entries.filter(({ local }) => !local);
  const source = createWorkspaceSource({ deps, profile, version, through: ["mcp", "embedded"], signal });
  const server = serveHttp({
    deps,
    version,
    selection: { ...selection, entries },
    open: () => source,
    workspaceHost: undefined,
    admission: { hosts: ["127.0.0.1"], origins: [], key: bearer, forwarded: undefined },
    address: "127.0.0.1",
    port: 0,
  });
  const readers = entries.filter(({ effect }) => effect === "read").map(({ name }) => `mcp__${serverName}__${name}`);
  return { server: { name: serverName, url: server.url, bearer }, readers, close: () => server.close() };
}
