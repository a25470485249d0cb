// What `mortar status` knows, room by room. A room that cannot tell leaves the others as they are.
import { dirname } from "node:path";
import { authStatus } from "../../auth/status.ts";
import { loadConfig } from "../../auth/load.ts";
import { findLogin } from "../../auth/stored-login.ts";
import type { Deps } from "../../platform/deps.ts";
import { errorBody, toMortarError, type ErrorBody } from "../../platform/errors.ts";
import { settingsFile } from "../../platform/settings.ts";
import { describeProxy, type SessionFacts } from "../../proxy/lifecycle/describe.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { defaultLogFile } from "../../proxy/lifecycle/places.ts";
import { rememberedPort } from "../../proxy/lifecycle/port.ts";
import { serviceFile } from "../../proxy/lifecycle/service/service.ts";
import { keptModels } from "../../proxy/models/open.ts";
import { chooseRoles, readPins } from "../../proxy/models/roles.ts";
import { readBudget, type Budget } from "../../proxy/usage/budget.ts";
import { usageReport, type UsageSum } from "../../proxy/usage/report.ts";
import { usageFile } from "../../proxy/usage/store.ts";
import { configFilePath } from "../../auth/config-file.ts";
import { installedSkills } from "../../skills/manage.ts";
import { chooseProfile } from "../agent/profile.ts";
import { agentStates, type AgentState } from "./agents.ts";

export interface Identity {
  readonly profile: string;
  readonly host: string | undefined;
  readonly authType: string | undefined;
  /** As the workspace says with --check, else as it said at the last sign-in. */
  readonly user: string | undefined;
  /** undefined where nobody was asked. */
  readonly signedIn: boolean | undefined;
  readonly expiresAtMs: number | undefined;
}

export interface ProxyState {
  readonly running: boolean;
  readonly url: string | undefined;
  readonly port: number;
  readonly pid: number | undefined;
  readonly version: string | undefined;
  readonly sessions: readonly SessionFacts[];
  readonly inFlight: number;
  readonly serviceFile: string | undefined;
  /** Why the proxy goes by older settings than those of now. */
  readonly settingsTrouble: string | undefined;
}

export interface ModelState {
  readonly askedAtMs: number;
  readonly count: number;
  readonly roles: readonly { readonly role: string; readonly model: string; readonly pinned: boolean }[];
}

export interface UsageState {
  readonly today: UsageSum;
  readonly week: UsageSum;
  readonly budget: Budget | undefined;
}

export interface SkillState {
  /** Different skills. */
  readonly count: number;
  readonly folders: readonly { readonly folder: string; readonly count: number }[];
}

export interface Part<T> {
  readonly value?: T;
  readonly error?: ErrorBody;
}

export interface StatusFacts {
  readonly identity: Part<Identity>;
  readonly proxy: Part<ProxyState>;
  readonly agents: Part<readonly AgentState[]>;
  readonly models: Part<ModelState | undefined>;
  readonly usage: Part<UsageState>;
  readonly skills: Part<SkillState>;
  readonly files: Readonly<Record<string, string>>;
}

interface Wish {
  readonly profile: string | undefined;
  readonly check: boolean;
  readonly signal: AbortSignal;
}

/** Starts nothing, and asks no workspace unless `check` says so. Throws an abort alone. */
export async function collectStatus(deps: Deps, wish: Wish): Promise<StatusFacts> {
  const identity = await part(wish.signal, () => identityOf(deps, wish));
  const { value: who } = identity;
  const [proxy, agents, models, usage, skills] = await Promise.all([
    part(wish.signal, () => proxyOf(deps, wish.signal)),
    part(wish.signal, () => agentStates(deps)),
    part(wish.signal, () => modelsOf(deps, who)),
    part(wish.signal, () => usageOf(deps)),
    part(wish.signal, () => skillsOf(deps)),
  ]);
  return { identity, proxy, agents, models, usage, skills, files: filesOf(deps) };
}

async function part<T>(signal: AbortSignal, work: () => Promise<T>): Promise<Part<T>> {
  try {
    return { value: await work() };
  } catch (thrown) {
    signal.throwIfAborted();
    return { error: errorBody(toMortarError(thrown)) };
  }
}

async function identityOf(deps: Deps, { profile: given, check, signal }: Wish): Promise<Identity> {
  const profile = await chooseProfile(deps, given);
  const named = { profile, environment: "ignore", bundle: "ignore" } as const;
  const config = await loadConfig(deps, named).catch((thrown: unknown) => {
    // A machine on which nothing is set up yet is no failure.
    if (given !== undefined || toMortarError(thrown).code !== "config_missing") throw thrown;
    return undefined;
  });
  if (config === undefined) return { ...nobody, profile };
  const login = await findLogin(deps, config);
  const known = {
    profile,
    host: config.get("host"),
    authType: config.get("auth_type") ?? (config.source("token") === undefined ? undefined : "pat"),
    user: login?.user,
    signedIn: undefined,
    expiresAtMs: login?.token.expiresAtMs,
  };
  if (!check) return known;
  const { signedIn, user, authType, expiresAtMs } = await authStatus(deps, { ...named, signal });
  return { ...known, signedIn, user: user ?? known.user, authType: authType ?? known.authType, expiresAtMs };
}

const nobody: Omit<Identity, "profile"> = {
  host: undefined,
  authType: undefined,
  user: undefined,
  signedIn: undefined,
  expiresAtMs: undefined,
};

async function proxyOf(deps: Deps, signal: AbortSignal): Promise<ProxyState> {
  const [proxy, service, port] = await Promise.all([findProxy(deps, signal), serviceFile(deps), rememberedPort(deps)]);
  if (proxy === undefined) {
    return {
      running: false,
      url: undefined,
      port,
      pid: undefined,
      version: undefined,
      sessions: [],
      inFlight: 0,
      serviceFile: service,
      settingsTrouble: undefined,
    };
  }
  const { leases, inFlight, settingsTrouble } = await describeProxy(deps, proxy, signal);
  const { pid, version } = proxy.record;
  return {
    running: true,
    url: proxy.url,
    port: proxy.record.port,
    pid,
    version,
    sessions: leases,
    inFlight,
    serviceFile: service,
    settingsTrouble,
  };
}

/** Our skills, by the folder that holds them. */
async function skillsOf(deps: Deps): Promise<SkillState> {
  const installed = (await installedSkills(deps)).filter(({ present }) => present);
  const folders = Map.groupBy(installed, ({ folder }) => dirname(folder));
  return {
    count: new Set(installed.map(({ name }) => name)).size,
    folders: [...folders].map(([folder, skills]) => ({ folder, count: skills.length })),
  };
}

async function modelsOf(deps: Deps, who: Identity | undefined): Promise<ModelState | undefined> {
  if (who?.host === undefined) return undefined;
  const kept = await keptModels(deps, { host: who.host, profile: who.profile });
  if (kept === undefined) return undefined;
  const choices = chooseRoles(kept.discovery.models, await readPins(deps, who.profile));
  return {
    askedAtMs: kept.askedAtMs,
    count: kept.discovery.models.length,
    roles: choices.flatMap(({ role, model, pinned }) => (model === undefined ? [] : [{ role, model, pinned }])),
  };
}

async function usageOf(deps: Deps): Promise<UsageState> {
  const [today, week, budget] = await Promise.all([
    usageReport(deps, "model", 1),
    usageReport(deps, "model", 7),
    readBudget(deps),
  ]);
  return { today: today.total, week: week.total, budget };
}

function filesOf(deps: Deps): Record<string, string> {
  return {
    profiles: configFilePath(deps) ?? "",
    settings: settingsFile(deps),
    log: defaultLogFile(deps),
    usage: usageFile(deps),
    data: deps.paths.data,
    cache: deps.paths.cache,
  };
}
