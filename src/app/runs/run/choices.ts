// What holds for a run: what its message says, else its conversation, else the person's settings, else the app's.
import { MortarError } from "../../../platform/errors.ts";
import type { Secret } from "../../../platform/secret.ts";
import type { Engine, FoundEngine } from "../../agent/engine.ts";
import type { Context, ConversationSummary, PermissionMode, Settings, StartRun } from "../../contract/api.ts";
import type { Caller, WorkspaceAccess } from "../../server/caller.ts";
import { readAnthropicKey, readSettings } from "../../server/settings.ts";
import type { Runtime } from "./runtime.ts";

export interface Choices {
  readonly engine: Engine;
  readonly found: FoundEngine;
  readonly model: string | null;
  readonly mode: PermissionMode;
  /** The workspace that the tools act on. */
  readonly access: WorkspaceAccess;
  readonly context: Context;
  readonly experiment: string | null;
  readonly source: { readonly kind: "proxy" | "login" } | { readonly kind: "anthropic"; readonly key: Secret };
}

export const contextNames = [
  "cluster_id",
  "warehouse_id",
  "default_catalog",
  "default_schema",
  "workspace_folder",
  "model",
  "engine",
  "permission_mode",
  "mlflow_experiment_name",
  "target_profile",
] as const satisfies readonly (keyof Context)[];

/** What a request says of these, and nothing else of it. */
export function contextIn(request: Context): Context {
  return Object.fromEntries(
    contextNames.flatMap((name) => (request[name] === undefined ? [] : [[name, request[name]]])),
  ) as Context;
}

/** Throws `config_missing` with what to install, `invalid_input`, `unsupported`, and what another workspace's profile throws. */
export async function choose(
  runtime: Pick<Runtime, "deps" | "parts">,
  caller: Caller,
  { request, conversation }: { readonly request: StartRun; readonly conversation: ConversationSummary | undefined },
): Promise<Choices> {
  const { parts, deps } = runtime;
  const settings = await readSettings(parts.store, caller.user);
  const context: Context = { ...(conversation === undefined ? {} : contextIn(conversation)), ...contextIn(request) };
  const engine = engineOf(runtime, context, settings);
  const found = await engine.find(deps);
  if (found === undefined) {
    throw new MortarError("config_missing", `${engine.title} is not installed on the machine of this server`, {
      hint: `Install it with \`${engine.install}\`, then send the message again.`,
    });
  }
  const profile = context.target_profile ?? "";
  return {
    engine,
    found,
    mode: modeOf(engine, context.permission_mode, settings.default_permission_mode ?? parts.defaults?.permission_mode),
    model: context.model ?? modelOf(engine, settings, parts.defaults),
    access: profile === "" ? caller.access : await parts.identity.accessTo(caller, profile),
    context,
    experiment:
      context.mlflow_experiment_name ??
      settings.mlflow_experiment_name ??
      parts.defaults?.mlflow_experiment_name ??
      null,
    source: await sourceOf(runtime, caller, settings),
  };
}

function engineOf({ parts }: Pick<Runtime, "parts">, context: Context, settings: Settings): Engine {
  const wanted = context.engine ?? settings.default_engine ?? parts.defaults?.engine;
  const [first] = parts.engines;
  const engine = wanted === undefined || wanted === null ? first : parts.engines.find(({ name }) => name === wanted);
  if (engine !== undefined) return engine;
  const names = parts.engines.map(({ name }) => name).join(", ");
  throw new MortarError("invalid_input", `There is no agent ${wanted ?? ""} here`, { hint: `There are ${names}.` });
}

/** A default is for the agent that is the default: another speaks with other models. */
function modelOf(engine: Engine, settings: Settings, defaults: Runtime["parts"]["defaults"]): string | null {
  const usual = settings.default_engine ?? defaults?.engine ?? "claude";
  return usual === engine.name ? (settings.default_model ?? defaults?.model ?? null) : null;
}

function modeOf(
  engine: Engine,
  wanted: PermissionMode | null | undefined,
  usual: PermissionMode | null | undefined,
): PermissionMode {
  const { permissionModes: modes, title } = engine;
  if (wanted !== null && wanted !== undefined) {
    if (modes.includes(wanted)) return wanted;
    throw new MortarError("unsupported", `${title} has no mode ${wanted}`, { hint: `It has ${modes.join(", ")}.` });
  }
  return modes.find((mode) => mode === (usual ?? "ask")) ?? modes[0] ?? "ask";
}

async function sourceOf(
  { parts }: Pick<Runtime, "parts">,
  caller: Caller,
  settings: Settings,
): Promise<Choices["source"]> {
  if (settings.model_source === "login") {
    if (!parts.isShared) return { kind: "login" };
    throw new MortarError("unsupported", "An agent's own sign-in is nobody's on a shared server", {
      hint: "Take the workspace's models, or your own key, in the settings.",
    });
  }
  if (settings.model_source !== "anthropic") return { kind: "proxy" };
  const key = await readAnthropicKey(parts.store, caller.user);
  if (key !== undefined) return { kind: "anthropic", key };
  throw new MortarError("config_missing", "There is no key for Anthropic's API", {
    hint: "Give one in the settings, or take the workspace's models there.",
  });
}
