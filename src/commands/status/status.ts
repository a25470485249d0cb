// `mortar status`.
import type { Run } from "../../cli/context.ts";
import { errorKinds } from "../../platform/errors.ts";
import type { UsageSum } from "../../proxy/usage/report.ts";
import { collectStatus, type Part, type StatusFacts } from "./collect.ts";
import { statusText } from "./lines.ts";
import type { statusFlags } from "./table.ts";

export const run: Run<typeof statusFlags> = async ({ deps, flags, profile, signal }) => {
  const facts = await collectStatus(deps, { profile, check: flags.check, signal });
  const width = deps.stdout.isTTY ? deps.stdout.width : Number.POSITIVE_INFINITY;
  const { identity } = facts;
  const refused = identity.value?.signedIn === false ? errorKinds.not_signed_in.exit : undefined;
  const exit = identity.error?.exit_code ?? refused;
  return {
    data: dataOf(facts),
    text: statusText(facts, { width, nowMs: deps.clock.now() }),
    ...(exit === undefined ? {} : { exit }),
  };
};

function dataOf({ identity, proxy, agents, models, usage, skills, files }: StatusFacts): unknown {
  return {
    identity: partOf(identity, ({ profile, host, authType, user, signedIn, expiresAtMs }) => ({
      profile,
      host: host ?? null,
      auth_type: authType ?? null,
      user: user ?? null,
      signed_in: signedIn ?? null,
      token_ends_at: isoOf(expiresAtMs),
    })),
    proxy: partOf(proxy, (state) => ({
      running: state.running,
      url: state.url ?? null,
      port: state.port,
      pid: state.pid ?? null,
      version: state.version ?? null,
      requests: state.inFlight,
      sessions: state.sessions,
      service_file: state.serviceFile ?? null,
      settings_trouble: state.settingsTrouble ?? null,
    })),
    agents: partOf(agents, (list) =>
      list.map(({ name, path, version, hooks, mode, server }) => ({
        name,
        path: path ?? null,
        installed: path !== undefined,
        version: version ?? null,
        hooks,
        set_up: mode !== undefined,
        mode: mode ?? null,
        server: server ?? null,
      })),
    ),
    models: partOf(models, (kept) =>
      kept === undefined
        ? null
        : {
            asked_at: isoOf(kept.askedAtMs),
            count: kept.count,
            roles: Object.fromEntries(kept.roles.map(({ role, model, pinned }) => [role, { model, pinned }])),
          },
    ),
    usage: partOf(usage, ({ today, week, budget }) => ({
      today: sumOf(today),
      last_7_days: sumOf(week),
      budget: budget === undefined ? null : { daily_usd: budget.dailyUsd, warn_at: budget.warnAt },
    })),
    skills: partOf(skills, (known) => known),
    files,
  };
}

function partOf<T>({ value, error }: Part<T>, shape: (value: T) => unknown): unknown {
  return error === undefined ? shape(value as T) : { error };
}

function sumOf({ requests, input, output, cacheRead, cacheWrite, reasoning, cost, unpriced }: UsageSum): unknown {
  return {
    requests,
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: cacheRead,
    cache_write_tokens: cacheWrite,
    reasoning_tokens: reasoning,
    cost_usd: cost ?? 0,
    unpriced,
  };
}

function isoOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
