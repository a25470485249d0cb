// The app itself: made, or brought to what is wished, with its compute running.
import { MortarError } from "../../platform/errors.ts";
import { isObject, type JsonObject } from "../../platform/json.ts";
import { appOf, createOne, switchOne, updateOne, type App } from "../../tools/apps/apps-api.ts";
import { text } from "../../workspace/fields.ts";
import { pollUntil } from "../../workspace/poll.ts";
import type { DeployContext } from "./context.ts";
import { refusedScopes } from "./scopes.ts";

export interface AppWish {
  readonly name: string;
  readonly resources: readonly JsonObject[];
  /** Keys of resources that it is not to have any more. */
  readonly without: readonly string[];
  readonly scopes: readonly string[];
  /** The scopes are these, and no others; else they come on top of those that the app has. */
  readonly onlyThese: boolean;
}

export interface AppChange {
  readonly action: "create" | "update" | "none";
  readonly scopes: readonly string[];
  readonly resources: readonly JsonObject[];
}

/** The app; undefined where there is none of that name. */
export async function existingApp(context: DeployContext, name: string): Promise<App | undefined> {
  try {
    return await appOf(context, name);
  } catch (thrown) {
    if (thrown instanceof MortarError && thrown.code === "not_found") return undefined;
    throw thrown;
  }
}

/** What has to change. Resources that somebody else gave to the app stay: a change names all of them. */
export function changeFor(app: App | undefined, wish: AppWish): AppChange {
  if (app === undefined) return { action: "create", scopes: wish.scopes, resources: wish.resources };
  const names = new Set([...wish.without, ...wish.resources.map((one) => text(one, "name"))]);
  const kept = app.resourceBodies.filter((one) => !names.has(text(one, "name")));
  const resources = [...kept, ...wish.resources];
  const scopes = wish.onlyThese ? wish.scopes : [...new Set([...app.userApiScopes, ...wish.scopes])];
  const hasResources = wish.resources.every((one) => app.resourceBodies.some((there) => covers(there, one)));
  const same =
    hasResources && resources.length === app.resourceBodies.length && scopes.length === app.userApiScopes.length;
  const hasScopes = same && scopes.every((scope) => app.userApiScopes.includes(scope));
  return { action: hasScopes ? "none" : "update", scopes, resources };
}

/** Whether `there` says all that `wanted` says; the workspace adds fields of its own. */
function covers(there: unknown, wanted: unknown): boolean {
  if (!isObject(wanted)) return there === wanted;
  return isObject(there) && Object.entries(wanted).every(([key, value]) => covers(there[key], value));
}

export interface EnsuredApp {
  readonly app: App;
  /** Scopes that this workspace does not give to apps. */
  readonly refused: readonly string[];
}

/**
 * Makes the change. A scope of ours that the workspace does not know, or does not allow, is left out and told; one that the
 * person named is an error.
 */
export async function applyChange(context: DeployContext, wish: AppWish, change: AppChange): Promise<EnsuredApp> {
  let { scopes } = change;
  const refused: string[] = [];
  for (;;) {
    try {
      return { app: await applyOnce(context, wish.name, { ...change, scopes }), refused };
    } catch (thrown) {
      const bad = thrown instanceof MortarError && !wish.onlyThese ? refusedScopes(thrown.message, scopes) : [];
      if (bad.length === 0) throw thrown;
      refused.push(...bad);
      scopes = scopes.filter((scope) => !bad.includes(scope));
    }
  }
}

async function applyOnce(context: DeployContext, name: string, change: AppChange): Promise<App> {
  const { action, scopes: user_api_scopes, resources } = change;
  if (action === "none") return await appOf(context, name);
  if (action === "update") {
    context.progress(`Changing the app ${name}`);
    return await updateOne(context, name, { resources, user_api_scopes });
  }
  context.progress(`Creating the app ${name}`);
  return await createOne(context, { name, description: "Mortar", resources, user_api_scopes }, false);
}

const minuteMs = 60_000;

/** Starts its compute where it is stopped, and waits until it runs. Throws `invalid_state`, `timeout`. */
export async function untilActive(context: DeployContext, name: string, timeoutMs: number): Promise<App> {
  const moving = ["STARTING", "STOPPING", "UPDATING"];
  const wait = (): Promise<App> => untilSettled(context, name, { timeoutMs, moving });
  let app = await wait();
  if (app.computeState === "STOPPED") {
    context.progress(`Starting the app ${name}`);
    await switchOne(context, name, "start");
    app = await wait();
  }
  if (app.computeState === "ACTIVE") return app;
  const why = app.computeMessage === undefined ? "" : `: ${app.computeMessage}`;
  const isLate = moving.includes(app.computeState ?? "");
  const minutes = Math.max(1, Math.round(timeoutMs / minuteMs));
  throw isLate
    ? new MortarError("timeout", `The compute of the app ${name} is ${app.computeState} after ${minutes} minutes`, {
        hint: "It goes on by itself. Run this again: it takes up where it was.",
      })
    : new MortarError("invalid_state", `The compute of the app ${name} is ${app.computeState ?? "unknown"}${why}`);
}

interface Settling {
  readonly timeoutMs: number;
  readonly moving: readonly string[];
}

async function untilSettled(context: DeployContext, name: string, { timeoutMs, moving }: Settling): Promise<App> {
  const { last } = await pollUntil(
    context.deps.clock,
    (signal) => appOf({ ...context, signal: signal ?? context.signal }, name),
    {
      signal: context.signal,
      timeoutMs,
      done: ({ computeState }) => !moving.includes(computeState ?? ""),
      onProgress: ({ computeState }) => context.progress(`The app's compute is ${computeState ?? "unknown"}`),
    },
  );
  return last;
}
