// What a setup would do: a wish for each agent, what is in its way, and each file as it is and as it would be.
import { serverCommand } from "../agents/mcp-install.ts";
import { previewReady } from "../agents/ready/apply.ts";
import type { ChosenModels, ForeignSetting, ManagedAgent, Mode, Scope, Wish } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { dialectUrl } from "../proxy/address.ts";
import { dialects } from "../proxy/dialects.ts";
import type { UpstreamFamily } from "../proxy/family.ts";
import type { Preview } from "./diff.ts";
import type { ProxyTarget } from "./target.ts";

export interface Chosen {
  readonly agent: ManagedAgent;
  readonly mode: Mode;
}

export interface Ground {
  readonly host: string;
  readonly profile: string;
  readonly family: UpstreamFamily;
  readonly models: ChosenModels;
  readonly scope: Scope;
  readonly ttlMs: number;
  readonly server: boolean;
  /** What the MCP server is called. */
  readonly serverName: string;
}

/** How long an agent keeps a token of the helper, unless it is said: short enough that a renewed one is always fresh. */
export const usualTtlMs = 15 * 60_000;

/** What is wanted of one agent. */
export async function wishOf(deps: Deps, ground: Ground, proxy: ProxyTarget, mode: Mode): Promise<Wish> {
  const { host, profile, family, models, scope, ttlMs, serverName } = ground;
  const { target, url } = proxy;
  const gateway = (name: "anthropic" | "responses" | "gemini" | "chat"): string =>
    `${host}${dialects.find((one) => one.name === name)?.upstream[family][0] ?? ""}`;
  const server = await serverCommand(deps.env);
  return {
    mode,
    scope,
    target,
    proxy: {
      anthropic: target.anthropic,
      responses: target.responses,
      gemini: dialectUrl(url, profile, "gemini"),
      chat: dialectUrl(url, profile, "chat"),
    },
    gateway: {
      anthropic: gateway("anthropic"),
      responses: gateway("responses"),
      gemini: gateway("gemini"),
      chat: gateway("chat"),
    },
    helper: [...target.program, "auth", "token", "--output=text", `--profile=${profile}`] as Wish["helper"],
    helperTtlMs: ttlMs,
    models,
    server: ground.server ? ([...server, "mcp", "serve", "--profile", profile] as const) : undefined,
    serverName,
  };
}

export interface AgentPlan {
  readonly agent: ManagedAgent;
  readonly mode: Mode;
  readonly wish: Wish;
  readonly foreign: readonly ForeignSetting[];
  readonly previews: readonly Preview[];
}

/** Reads only. Throws as `previewReady`. */
export async function planAgents(
  deps: Deps,
  chosen: readonly Chosen[],
  { ground, proxy }: { readonly ground: Ground; readonly proxy: ProxyTarget },
): Promise<readonly AgentPlan[]> {
  const plans: AgentPlan[] = [];
  for (const { agent, mode } of chosen) {
    const wish = await wishOf(deps, ground, proxy, mode);
    const [foreign, previews] = await Promise.all([agent.foreign(deps, wish), previewReady(deps, agent, wish)]);
    plans.push({ agent, mode, wish, foreign: foreign.filter((one) => isInTheWay(one, wish)), previews });
  }
  return plans;
}

/** A wrapper's settings hold nothing but the server, and that only where it is wanted. */
function isInTheWay({ what }: ForeignSetting, { mode, server }: Wish): boolean {
  return what === "server" ? server !== undefined : mode !== "wrapper";
}
