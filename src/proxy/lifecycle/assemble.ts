// The proxy's steps, put together: what stands between an agent and the workspace, in its order.
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import { createFamilyProbe } from "../family-probe.ts";
import { upstreamFamilies, type UpstreamFamily } from "../family.ts";
import { compatibilityFilters } from "../filters/all.ts";
import { otelTables } from "../otel/filter.ts";
import { otelState, type OtelState } from "../otel/signals.ts";
import { createSend, type SendRequest } from "../send.ts";
import type { Filter, OpenUpstream, UpstreamOverride } from "../types.ts";
import { createUpstreams } from "../upstream.ts";
import { budgetOf, type Budget } from "../usage/budget.ts";
import { openMeter, type Meter } from "../usage/meter.ts";
import { ownPrices } from "../usage/prices.ts";
import { webTools } from "../web/filter.ts";
import { webSettingsOf, type WebSettings } from "../web/settings.ts";
import { openLiveSettings, type LiveSettings } from "./live-settings.ts";

export interface Assembly {
  readonly filters: readonly Filter[];
  readonly openUpstream: OpenUpstream;
  readonly rootProfile: () => Promise<string>;
  /** Looks at the settings again: filters may have been switched, a family forced. */
  refresh(): Promise<void>;
  /** Why the settings of now do not count, and older ones do. */
  settingsTrouble(): string | undefined;
  close(): void;
}

export interface AssembleOptions {
  /** Sees every request before all filters. */
  readonly requestLog: Filter;
  /** Where all requests go in place of the profile's workspace, unless a session has its own. */
  readonly upstream?: UpstreamOverride | undefined;
}

/** Puts the steps together for one proxy. */
export async function assemble(deps: Deps, { requestLog, upstream }: AssembleOptions): Promise<Assembly> {
  const settings = await openLiveSettings(deps);
  let switches: Readonly<Record<string, unknown>> = {};
  let families: Readonly<Record<string, unknown>> = {};
  let telemetry: OtelState = otelState({});
  let budget: Budget | undefined;
  let web: WebSettings = webSettingsOf({});
  const apply = (): void => {
    switches = settings.section("filters");
    const { families: forced } = settings.section("proxy");
    families = typeof forced === "object" && forced !== null ? (forced as Record<string, unknown>) : {};
    telemetry = otelState(settings.section("otel"));
    budget = budgetOf(settings.section("usage"));
    web = webSettingsOf(settings.section("websearch"));
  };
  const refresh = async (): Promise<void> => {
    await settings.refresh();
    apply();
  };
  apply();
  const forcedFamily = (profile: string): UpstreamFamily | undefined =>
    upstreamFamilies.find((family) => family === families[profile]);
  const open = createUpstreams(deps, { probeFamily: createFamilyProbe(deps), forcedFamily });
  const isOn = ({ name, byDefault }: Filter): boolean =>
    typeof switches[name] === "boolean" ? switches[name] : byDefault;
  const onLesson = ({ profile }: { profile: string }, lesson: string): void => deps.log.debug(`${profile}: ${lesson}`);
  const meter = await meterOf(deps, settings, () => budget);
  // A model of the workspace that searches costs as much as any other request.
  const searching = meter === undefined ? [] : [switchable(meter.filter, isOn)];
  const tools = webTools(deps, () => web, { send: sendThrough(searching, createSend(deps)) });
  const steps = [
    ...compatibilityFilters({ now: () => deps.clock.now(), onLesson, between: [tools] }),
    otelTables(() => Promise.resolve(telemetry)),
    ...(meter === undefined ? [] : [meter.filter]),
  ];
  return {
    filters: [requestLog, ...steps.map((filter) => switchable(filter, isOn))],
    openUpstream: (profile, override) => open(profile, override ?? upstream),
    rootProfile: async () => {
      await refresh();
      const { profile } = settings.section("proxy");
      return typeof profile === "string" && profile !== "" ? profile : "DEFAULT";
    },
    refresh,
    settingsTrouble: settings.trouble,
    close: () => meter?.close(),
  };
}

/** The end of the way, behind those of the filters that a request needs. */
function sendThrough(filters: readonly Filter[], send: SendRequest): SendRequest {
  return filters.reduceRight<SendRequest>(
    (next, filter) => (exchange, request) =>
      filter.applies(exchange, request)
        ? filter.handle(exchange, request, (inner) => next(exchange, inner))
        : next(exchange, request),
    send,
  );
}

/** Off the way of every request while it is switched off, which may change while the proxy runs. */
function switchable(filter: Filter, isOn: (filter: Filter) => boolean): Filter {
  return {
    ...filter,
    applies: (exchange, request) => isOn(filter) && filter.applies(exchange, request),
    mends: (exchange, request, status) => isOn(filter) && filter.mends?.(exchange, request, status) === true,
    refuses: (exchange) => (isOn(filter) ? filter.refuses?.(exchange) : undefined),
  };
}

/** Without a place to keep them, tokens are not counted; the models are carried all the same. */
async function meterOf(
  deps: Deps,
  settings: LiveSettings,
  budget: () => Budget | undefined,
): Promise<Meter | undefined> {
  try {
    const prices = ownPrices(settings.section("usage")["prices"]);
    return await openMeter(deps, { budget, prices });
  } catch (thrown) {
    deps.log.warn(`Tokens are not counted: ${toMortarError(thrown).message}`);
    return undefined;
  }
}
