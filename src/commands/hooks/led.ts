// Whether a session of Claude Code is led to the proxy of this machine, by the environment that its settings give it.
import type { Environment } from "../../platform/deps.ts";
import { readAddress } from "../../proxy/address.ts";

export interface Led {
  readonly profile: string | undefined;
  readonly port: number;
}

/** The profile and the port that `ANTHROPIC_BASE_URL` names; undefined where it leads elsewhere, or is not there. */
export function ledTo(env: Environment): Led | undefined {
  const base = env["ANTHROPIC_BASE_URL"] ?? "";
  if (!URL.canParse(base)) return undefined;
  const url = new URL(base);
  const address = readAddress(`${url.pathname.replace(/\/+$/, "")}/v1/messages`);
  if (url.hostname !== "127.0.0.1" || url.port === "" || address?.dialect.name !== "anthropic") return undefined;
  return { profile: address.profile, port: Number(url.port) };
}
