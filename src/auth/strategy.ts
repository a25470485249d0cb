// What a way of signing in gets, and what it gives back. One file in strategies/ is one way.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import type { AccessToken, TokenOptions } from "./credentials.ts";
import type { ResolvedConfig } from "./resolve.ts";
import { memorySource, type TokenSource } from "./token-source.ts";
import type { OidcEndpoints } from "./well-known.ts";

export interface StrategyContext {
  readonly deps: Deps;
  readonly config: ResolvedConfig;
  /** Whether `auth_type` names this strategy. Else it is one of a chain, and must show that it works. */
  readonly chosen: boolean;
  readonly signal: AbortSignal | undefined;
  endpoints(): Promise<OidcEndpoints>;
}

export interface Opened {
  headers(options?: TokenOptions): Promise<Record<string, string>>;
  readonly token?: TokenSource;
  /** The workspace, where the strategy had to find it out. */
  readonly host?: string;
}

/** Opens the strategy, or returns undefined when what it needs is not configured. Throws when it is, and fails. */
export type Strategy = (context: StrategyContext) => Promise<Opened | undefined>;

export interface StrategyModule {
  readonly open: Strategy;
}

/** A strategy that sends a bearer token, with further headers where it has them. */
export function bearer(
  token: TokenSource,
  extra?: (options?: TokenOptions) => Promise<Record<string, string>>,
): Opened {
  return {
    token,
    headers: async (options) => {
      const { accessToken } = await token(options);
      return { Authorization: `Bearer ${accessToken.reveal()}`, ...(await extra?.(options)) };
    },
  };
}

/** A bearer strategy over a plain fetch: in a chain it must bring a first token, when chosen it waits until asked. */
export async function bearerFrom(
  { deps, chosen, signal }: StrategyContext,
  fetchToken: (request: { forced: boolean; signal: AbortSignal | undefined }) => Promise<AccessToken>,
): Promise<Opened> {
  const first = chosen ? undefined : await fetchToken({ forced: false, signal });
  return bearer(memorySource(deps, (forced) => fetchToken({ forced, signal: undefined }), first));
}

/** The host, which most strategies cannot do without. Throws `config_missing` when the strategy was chosen. */
export function hostOf({ config, chosen }: StrategyContext, name: string): string | undefined {
  const host = config.get("host");
  if (host !== undefined || !chosen) return host;
  throw new MortarError("config_missing", `${name}: the host is missing${config.suffix()}`, {
    hint: "Set host in the profile, DATABRICKS_HOST, or --host.",
  });
}

/** The error of a chosen strategy that lacks what it needs. */
export function lacks({ config }: StrategyContext, name: string, what: string): MortarError {
  return new MortarError("config_missing", `${name}: ${what}${config.suffix()}`, {
    hint: "auth_type asks for this way of signing in: complete it, or remove auth_type.",
  });
}
