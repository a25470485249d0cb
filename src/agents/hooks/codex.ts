// Codex: a hook at the start of each session, and the proxy as a provider of its configuration.
import { join } from "node:path";
import type { Change } from "../../platform/edits/changes.ts";
import { parseToml, setToml } from "../../platform/edits/toml-text.ts";
import type { JsonPath } from "../../platform/edits/json-text.ts";
import { isObject } from "../../platform/json.ts";
import { requireHome } from "../../platform/paths.ts";
import { hookCommand } from "./command-line.ts";
import { withoutOlderHooks, withoutOwnHooks } from "./older-hooks.ts";
import { ownKey } from "./own-key.ts";
import type { HookAgent, HookDeps, HookPlan, HookTarget } from "./plan.ts";

export const codexHooks: HookAgent = {
  name: "codex",
  title: "Codex",
  plan: (deps, target) => Promise.resolve(plan(deps, target)),
  clean: (deps) =>
    Promise.resolve({
      edits: [
        { file: join(codexFolder(deps), "hooks.json"), format: "json", changes: [], ...cleaning },
        { file: join(codexFolder(deps), "config.toml"), format: "toml", changes: [], ...cleaningConfig },
      ],
      leftovers: [join(codexFolder(deps), "config.toml.databricks-codex-backup")],
    }),
};

const cleaningConfig = { clean: withoutOlderConfig, orphans: withoutOwnConfig } as const;
const cleaning = { clean: withoutOlderHooks, orphans: withoutOwnHooks } as const;

/** Not `databricks`: a person may have a provider of that name, with settings of their own. */
export const codexProvider = "mortar";

const sources = "startup|resume|clear|compact";
const startSeconds = 15;
// Codex allows no more here.
const endSeconds = 3;

function plan(deps: HookDeps, target: HookTarget): HookPlan {
  const entry = (event: "session-start" | "session-end", timeout: number, matcher?: string) => ({
    ...(matcher === undefined ? {} : { matcher }),
    hooks: [{ type: "command", command: hookCommand(deps.os, target, { event, agent: "codex" }), timeout }],
  });
  const hooks: readonly Change[] = [
    {
      kind: "append",
      path: ["hooks", "SessionStart"],
      value: entry("session-start", startSeconds, sources),
      inner: "hooks",
    },
    { kind: "append", path: ["hooks", "SessionEnd"], value: entry("session-end", endSeconds), inner: "hooks" },
  ];
  const config: readonly Change[] = [
    { kind: "set", path: ["model_provider"], value: codexProvider },
    {
      kind: "set",
      path: ["model_providers", codexProvider],
      value: {
        name: "Databricks",
        base_url: target.responses,
        experimental_bearer_token: target.key.reveal(),
        wire_api: "responses",
      },
    },
    // Older versions have hooks behind this switch.
    { kind: "set", path: ["features", "hooks"], value: true },
  ];
  return {
    edits: [
      { file: join(codexFolder(deps), "hooks.json"), format: "json", changes: hooks, ...cleaning },
      {
        file: join(codexFolder(deps), "config.toml"),
        format: "toml",
        changes: config,
        ...cleaningConfig,
        secret: true,
      },
    ],
    files: [],
    leftovers: [join(codexFolder(deps), "config.toml.databricks-codex-backup")],
    notes: [
      "Codex runs a new hook only when you have trusted it: start codex and open /hooks. Until then nothing starts the proxy for it but mortar proxy install, which keeps it up.",
    ],
  };
}

/** What the older program wrote; the person's own tables and keys stay. */
export function withoutOlderConfig(text: string): string {
  const olderName = "databricks-proxy";
  let next = text;
  const at = (path: JsonPath): unknown =>
    path.reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), parseToml(next));
  const drop = (path: JsonPath): void => {
    if (at(path) !== undefined) next = setToml(next, path, undefined);
  };
  const isEmpty = (path: JsonPath): boolean => {
    const value = at(path);
    return isObject(value) && Object.keys(value).length === 0;
  };
  const isOlder = at(["model_provider"]) === olderName || at(["model_providers", olderName]) !== undefined;
  if (at(["model_provider"]) === olderName) drop(["model_provider"]);
  if (at(["profile"]) === olderName) drop(["profile"]);
  if (isOlder && String(at(["model"])).startsWith("databricks-")) drop(["model"]);
  for (const table of ["model_providers", "profiles"]) {
    drop([table, olderName]);
    if (isOlder && isEmpty([table])) drop([table]);
  }
  for (const exporter of ["exporter", "metrics_exporter"]) {
    if (isOlderExporter(at(["otel", exporter]))) drop(["otel", exporter]);
  }
  const otel = at(["otel"]);
  const isLeft = isObject(otel) && Object.keys(otel).join() === "environment" && otel["environment"] === "production";
  if (next !== text && isLeft) drop(["otel"]);
  return next;
}

/** What we wrote ourselves, known by the key of our proxy. */
export function withoutOwnConfig(text: string): string {
  const root = parseToml(text);
  const providers = root?.["model_providers"];
  const own = isObject(providers) ? providers[codexProvider] : undefined;
  if (root === undefined || !isObject(own) || !ownKey.test(String(own["experimental_bearer_token"]))) return text;
  const isAlone = isObject(providers) && Object.keys(providers).length === 1;
  const isChosen = root["model_provider"] === codexProvider;
  const gone: readonly JsonPath[] = [
    isAlone ? ["model_providers"] : ["model_providers", codexProvider],
    ...(isChosen ? [["model_provider"], ["model"], ["model_catalog_json"]] : []),
  ];
  const isThere = (path: JsonPath): boolean => path.length > 1 || Object.hasOwn(root, String(path[0]));
  return gone.filter(isThere).reduce((all, path) => setToml(all, path, undefined), text);
}

function isOlderExporter(value: unknown): boolean {
  const target = isObject(value) ? value["otlp-http"] : undefined;
  return isObject(target) && /^https?:\/\/127\.0\.0\.1:\d+\/otel\/v1\//.test(String(target["endpoint"]));
}

/** Where Codex keeps the person's settings. */
export function codexFolder({ env, paths }: Pick<HookDeps, "env" | "paths">): string {
  const own = env["CODEX_HOME"] ?? "";
  return own === "" ? join(requireHome(paths), ".codex") : own;
}
