// What a service manager is asked to run.
import { realpath } from "node:fs/promises";
import { delimiter, isAbsolute } from "node:path";
import type { Deps, Environment } from "../../../platform/deps.ts";
import { MortarError } from "../../../platform/errors.ts";
import { selfCommand } from "../../../platform/process.ts";
import { requestCap } from "../start.ts";

export const serviceName = "mortar-proxy";
export const serviceTitle = "Mortar: the models of a Databricks workspace for coding agents";

/** Stands in every file that we write for a service manager, and nothing without it is ever changed or removed. */
export const mark = "Written by mortar proxy install; mortar proxy uninstall takes it away.";

export interface ServiceSpec {
  readonly words: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
}

/**
 * The words that start this program and stay right when it is updated: the name on the PATH where that leads here, since
 * package managers move the file itself with each version.
 */
export async function stableCommand(
  { env }: Pick<Deps, "env">,
  own: readonly [string, ...string[]] = selfCommand(),
): Promise<[string, ...string[]]> {
  const [program, ...rest] = own;
  if (rest.length > 0) return [program, ...rest];
  const target = await realpath(program).catch(() => program);
  for (const folder of (env["PATH"] ?? env["Path"] ?? "").split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const named = Bun.which("mortar", { PATH: folder });
    if (named !== null && (await realpath(named).catch(() => "")) === target) return [named];
  }
  return [program];
}

/** What a shell has set and a service manager does not know: where our files are, and how the network is reached. */
const carried = [
  "MORTAR_HOME",
  "XDG_DATA_HOME",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "DATABRICKS_CONFIG_FILE",
  "DATABRICKS_CLI_PATH",
  "CLAUDE_CONFIG_DIR",
  "CODEX_HOME",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "https_proxy",
  "http_proxy",
  "no_proxy",
];

export function serviceEnvironment(env: Environment): Record<string, string> {
  const kept = carried.flatMap((name): [string, string][] => {
    const value = env[name] ?? "";
    return value === "" ? [] : [[name, value]];
  });
  // The Databricks CLI, which some profiles sign in by, is found there.
  const path = (env["PATH"] ?? "").split(delimiter).filter((part) => isAbsolute(part));
  return { ...(path.length === 0 ? {} : { PATH: path.join(delimiter) }), ...Object.fromEntries(kept), ...requestCap };
}

/** Throws `invalid_input` for what no unit, plist or task can carry. */
export function checkSpec({ words, env }: ServiceSpec): void {
  const broken = [...words, ...Object.values(env)].find((text) => /\p{Cc}/u.test(text));
  if (broken === undefined) return;
  throw new MortarError(
    "invalid_input",
    `A service cannot be given ${JSON.stringify(broken)}: it holds control characters`,
  );
}
