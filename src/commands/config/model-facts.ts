// What a person has set for the models: the proxy's filters, telemetry, the budget, the family of the workspace, pins.
import { loadConfig } from "../../auth/load.ts";
import { readSettings, settingsFile } from "../../platform/settings.ts";
import { readFamily } from "../../proxy/family-probe.ts";
import { filterList } from "../../proxy/filters/list.ts";
import { readPins, roles } from "../../proxy/models/roles.ts";
import { forcedFamily } from "../../proxy/models/forced-family.ts";
import { readOtel, signals } from "../../proxy/otel/signals.ts";
import { readBudget } from "../../proxy/usage/budget.ts";
import type { Fact, FactProvider, FactRequest } from "./facts.ts";

export const modelFacts: FactProvider = {
  key: "models",
  title: "Models",
  collect: async (request) => {
    const { deps } = request;
    const profile = await profileOf(request);
    const [pins, budget, upstream] = await Promise.all([
      readPins(deps, profile.name),
      readBudget(deps),
      upstreamFact(request, profile),
    ]);
    const from = settingsFile(deps);
    return [
      upstream,
      ...roles.flatMap((role): Fact[] =>
        pins[role] === undefined ? [] : [{ key: role, label: role, value: pins[role], from, note: "pinned" }],
      ),
      ...(budget === undefined
        ? []
        : [{ key: "daily_budget", label: "daily budget", value: `$${budget.dailyUsd.toFixed(2)}`, from }]),
    ];
  },
};

export const filterFacts: FactProvider = {
  key: "filters",
  title: "Filters of the proxy",
  collect: async ({ deps }) => {
    const chosen = await readSettings(deps, "filters");
    return filterList.map(({ name, byDefault }) => {
      const choice = chosen[name];
      const isChosen = typeof choice === "boolean";
      const value = (isChosen ? choice : byDefault) ? "on" : "off";
      return { key: name.replaceAll("-", "_"), label: name, value, ...(isChosen ? { from: settingsFile(deps) } : {}) };
    });
  },
};

export const telemetryFacts: FactProvider = {
  key: "otel",
  title: "Telemetry",
  collect: async ({ deps }) => {
    const state = await readOtel(deps);
    return signals.map((signal) => {
      const { enabled, table } = state[signal];
      const from = table === undefined ? {} : { from: settingsFile(deps) };
      return { key: signal, label: signal, value: enabled ? table : "off", ...from };
    });
  },
};

interface NamedProfile {
  readonly name: string;
  readonly host: string | undefined;
}

/** The profile that agents get; a configuration that cannot be read is told of in its own section. */
async function profileOf({ deps, profile }: FactRequest): Promise<NamedProfile> {
  const remembered = (await readSettings(deps, "proxy"))["profile"];
  const wanted = profile ?? (typeof remembered === "string" && remembered !== "" ? remembered : undefined);
  try {
    const config = await loadConfig(deps, { profile: wanted, environment: "ignore" });
    return { name: config.profile ?? wanted ?? "DEFAULT", host: config.get("host") };
  } catch {
    return { name: wanted ?? "DEFAULT", host: undefined };
  }
}

async function upstreamFact({ deps }: FactRequest, { name, host }: NamedProfile): Promise<Fact> {
  const fact = { key: "upstream", label: "called by" };
  const forced = await forcedFamily(deps, name);
  if (forced !== undefined) return { ...fact, value: forced, from: settingsFile(deps), note: "forced" };
  const seen = host === undefined ? undefined : await readFamily(deps, { origin: host, prefix: "", profile: name });
  return {
    ...fact,
    value: seen?.family,
    note: seen === undefined ? "the workspace is asked when it is needed" : undefined,
  };
}
