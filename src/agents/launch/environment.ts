// What every agent's environment needs so that it reaches the proxy on this machine, and nothing in between does.
import { join } from "node:path";
import type { Environment } from "../../platform/deps.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import type { Launch, LaunchDeps, PrivateFile } from "./agent.ts";

const local = ["127.0.0.1", "localhost", "::1"];

/** NO_PROXY in both spellings with this machine in it: behind a company proxy prompts and key would go there otherwise. */
export function withoutProxy(env: Environment): { readonly NO_PROXY: string; readonly no_proxy: string } {
  const present = [env["NO_PROXY"], env["no_proxy"]].flatMap((list) => (list ?? "").split(","));
  const all = [...new Set([...present.map((one) => one.trim()).filter((one) => one !== ""), ...local])].join(",");
  return { NO_PROXY: all, no_proxy: all };
}

export interface Trust {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly PrivateFile[];
}

/**
 * Makes the agent trust the proxy's certificate beside what `variable` names already: that variable takes one file, so
 * both go into one of the session's own.
 */
export async function trustFor(
  { env }: Pick<LaunchDeps, "env">,
  { endpoint, folder }: Pick<Launch, "endpoint" | "folder">,
  variable: string,
): Promise<Trust> {
  if (endpoint.caFile === undefined) return { env: {}, files: [] };
  const present = env[variable] ?? "";
  if (present === "" || present === endpoint.caFile) return { env: { [variable]: endpoint.caFile }, files: [] };
  const texts = await Promise.all([present, endpoint.caFile].map((path) => readTextIfPresent(path)));
  const path = join(folder, "trusted.pem");
  return { env: { [variable]: path }, files: [{ path, content: texts.map((text) => text ?? "").join("\n") }] };
}
