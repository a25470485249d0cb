// What a team has written down for its people: a JSON file, or the address of one.
import { checkedServerName } from "../agents/mcp-install.ts";
import { mcpClientNames } from "../agents/mcp-client-names.ts";
import type { Deps } from "../platform/deps.ts";
import { isAbort, MortarError } from "../platform/errors.ts";
import { readTextIfPresent } from "../platform/files.ts";
import { isObject, tryJson } from "../platform/json.ts";
import { nearest } from "../platform/suggest.ts";
import { checkedProfile, checkedTtl, modelKeys, scopeOf, type Answers } from "./answers.ts";
import { workspaceHost } from "./host.ts";

const keys = [
  "version",
  "host",
  "profile",
  ...modelKeys,
  "ttl",
  "settings_location",
  "agents",
  "mode",
  "skills",
  "mcp",
  "mcp_name",
];
/** Of the older script's last versions. What they say is found out here, or is the agent's own. */
const idleKeys: Readonly<Record<string, (value: unknown) => boolean>> = {
  ai_gateway: (value) => typeof value === "boolean",
  workspace_id: (value) => /^\d+$/.test(String(value)),
  provider_id: isText,
  provider_name: isText,
  model_reasoning_effort: (value) => /^(?:minimal|low|medium|high|xhigh)$/.test(String(value)),
};

/** Goes beside the agents, and is none. */
const desktopName = "claude-desktop";

/** What a team has written down: answers, and what they do not hold. */
export interface TeamConfig extends Answers {
  /** Claude Desktop is among the agents. */
  readonly desktop?: boolean;
  /** What the person should know. */
  readonly notes?: readonly string[];
}

const modes = ["proxy", "helper", "wrapper"] as const;

type PlaceDeps = Pick<Deps, "cwd" | "paths">;

/** Reads the file's text. Throws `config_invalid` that names `source`, and the keys that it may have. */
export function parseTeamConfig(text: string, source: string, deps: PlaceDeps): TeamConfig {
  const value = tryJson(text.replace(/^\uFEFF/, ""));
  if (!isObject(value)) throw broken(source, "it is no JSON object");
  const unknown = Object.keys(value).filter((key) => !keys.includes(key) && !Object.hasOwn(idleKeys, key));
  if (unknown.length > 0) {
    const near = nearest(unknown[0] ?? "", keys);
    const hint = `${near === undefined ? "" : `Did you mean ${near}? `}It may have ${keys.join(", ")}.`;
    throw broken(
      source,
      `it has unknown keys: ${unknown.map((key) => JSON.stringify(key.slice(0, 80))).join(", ")}`,
      hint,
    );
  }
  const idle = Object.entries(idleKeys).filter(([key]) => Object.hasOwn(value, key));
  for (const [key, isRight] of idle) if (!isRight(value[key])) throw broken(source, `${key} has another kind of value`);
  const { version = 1, ttl, agents } = value;
  if (version !== 1) throw broken(source, "its version is not 1", "A newer mortar may know it: mortar update.");
  const host = textAt(value, "host", source);
  const profile = textAt(value, "profile", source);
  const place = textAt(value, "settings_location", source);
  const serverName = textAt(value, "mcp_name", source);
  const models = modelKeys.flatMap((key) => {
    const model = textAt(value, key, source);
    return model === undefined ? [] : [[key, model] as const];
  });
  return {
    ...(host === undefined ? {} : { host: workspaceHost(host) }),
    ...(profile === undefined ? {} : { profile: checkedProfile(profile, `${source}: profile`) }),
    ...(ttl === undefined ? {} : { ttlMs: checkedTtl(minutesIn(ttl), `${source}: ttl`) }),
    ...(place === undefined ? {} : { scope: scopeOf(place, deps, `${source}: settings_location`) }),
    ...(models.length === 0 ? {} : { models: Object.fromEntries(models) }),
    ...(agents === undefined ? {} : agentsOf(agents, source)),
    ...(idle.length === 0
      ? {}
      : {
          notes: [
            idleNote(
              source,
              idle.map(([key]) => key),
            ),
          ],
        }),
    mode: modeOf(textAt(value, "mode", source), source),
    skills: switchAt(value, "skills", source),
    server: switchAt(value, "mcp", source),
    ...(serverName === undefined ? {} : { serverName: checkedServerName(serverName, `${source}: mcp_name`) }),
  };
}

function agentsOf(value: unknown, source: string): Pick<TeamConfig, "agents" | "desktop"> {
  const list = new Set<unknown>(Array.isArray(value) ? value : []);
  const agents = mcpClientNames.filter((name) => list.has(name));
  const desktop = list.has(desktopName);
  if (list.size > 0 && agents.length + Number(desktop) === list.size)
    return { ...(agents.length === 0 ? {} : { agents }), ...(desktop ? { desktop } : {}) };
  const names = [...mcpClientNames, desktopName].join(", ");
  throw broken(source, "agents is no list of agents", `They are called ${names}.`);
}

function idleNote(source: string, names: readonly string[]): string {
  return `${source}: ${names.join(", ")} left aside: mortar finds the way to the models by itself, and an agent keeps its own effort.`;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

function modeOf(text: string | undefined, source: string): Answers["mode"] {
  const mode = modes.find((one) => one === text);
  if (text === undefined || mode !== undefined) return mode;
  throw broken(source, `there is no mode ${JSON.stringify(text.slice(0, 80))}`, `It is one of ${modes.join(", ")}.`);
}

/** The seed's files have it as a text, too. */
function minutesIn(value: unknown): number {
  return typeof value === "string" && /^\d+$/.test(value)
    ? Number(value)
    : Number(typeof value === "number" ? value : NaN);
}

function textAt(value: Readonly<Record<string, unknown>>, key: string, source: string): string | undefined {
  const found = value[key];
  if (found === undefined) return undefined;
  if (typeof found === "string" && found.trim() !== "") return found.trim();
  throw broken(source, `${key} has to be a text that is not empty`);
}

function switchAt(value: Readonly<Record<string, unknown>>, key: string, source: string): boolean | undefined {
  const found = value[key];
  if (found === undefined || typeof found === "boolean") return found;
  throw broken(source, `${key} has to be true or false`);
}

function broken(source: string, reason: string, hint?: string): MortarError {
  return new MortarError("config_invalid", `${source} cannot be used: ${reason}`, { hint });
}

/** Throws `not_found` for a file that is not there, `io`, and as `parseTeamConfig`. */
export async function readTeamFile(deps: PlaceDeps, path: string): Promise<TeamConfig> {
  const text = await readTextIfPresent(path);
  if (text === undefined) throw new MortarError("not_found", `There is no file ${path}`);
  return parseTeamConfig(text, path, deps);
}

const limitMs = 15_000;
const mostBytes = 262_144;
const mostHops = 5;

/**
 * Fetches it. Nothing of the person's goes there: no token, no cookie. Throws `usage` for an address that is not https,
 * `bad_response` for another answer than 200, a redirect that leaves https, and one that is too large; `unreachable`.
 */
export async function fetchTeamConfig(
  deps: PlaceDeps & Pick<Deps, "fetch">,
  address: string,
  signal: AbortSignal,
): Promise<TeamConfig> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  let url = secureUrl(address, undefined);
  try {
    for (let hop = 0; hop <= mostHops; hop++) {
      const response = await deps.fetch(url, {
        redirect: "manual",
        signal: limit,
        headers: { accept: "application/json" },
      });
      const next = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && next !== null) {
        await response.body?.cancel();
        url = secureUrl(next, url);
        continue;
      }
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new MortarError("bad_response", `${shown(url)} answered with ${response.status}`);
      }
      return parseTeamConfig(await textOf(response, url), shown(url), deps);
    }
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof MortarError) throw thrown;
    const reason = isAbort(thrown) || limit.aborted ? `no answer within ${limitMs / 1_000} s` : "no connection";
    throw new MortarError("unreachable", `${shown(url)} cannot be read: ${reason}`, { cause: thrown });
  }
  throw new MortarError("bad_response", `${shown(url)} leads from one address to the next`);
}

function secureUrl(text: string, from: URL | undefined): URL {
  const url = URL.canParse(text, from?.href) ? new URL(text, from?.href) : undefined;
  if (url?.protocol === "https:") return url;
  if (from === undefined) {
    throw new MortarError("usage", "--config-url takes an address that begins with https://", {
      hint: "For a file of this machine there is --config.",
    });
  }
  throw new MortarError("bad_response", `${shown(from)} leads to an address that is not https`);
}

/** Without what may be a secret. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

async function textOf(response: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > mostBytes) throw new MortarError("bad_response", `${shown(url)} has more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
