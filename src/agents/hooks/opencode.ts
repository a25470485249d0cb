// OpenCode: one plugin file, which asks this program at each start for the proxy, its key and the models.
import { join } from "node:path";
import { readTextIfPresent } from "../../platform/files.ts";
import { parseJsonObject, setJson } from "../../platform/edits/json-text.ts";
import { isObject } from "../../platform/json.ts";
import { requireHome } from "../../platform/paths.ts";
import type { HookAgent, HookDeps, HookPlan, HookTarget } from "./plan.ts";

export const opencodeHooks: HookAgent = { name: "opencode", title: "OpenCode", plan, clean };

const mark = "Written by mortar hooks install; mortar hooks uninstall takes it away.";

async function plan(deps: HookDeps, target: HookTarget): Promise<HookPlan> {
  const content = pluginText(target);
  const mayReplace = (text: string): boolean => text.includes(mark);
  return {
    ...(await clean(deps)),
    files: [{ file: join(opencodeFolder(deps), "plugins", "mortar.js"), content, mayReplace }],
    notes: [],
  };
}

async function clean(deps: HookDeps): Promise<Pick<HookPlan, "edits" | "leftovers">> {
  const old = join(opencodeFolder(deps), "plugins", "databricks-proxy", "index.js");
  const text = await readTextIfPresent(old).catch(() => undefined);
  const isOld = text !== undefined && /hooks session-start|--headless-ensure/.test(text);
  const names = ["opencode.json", "opencode.jsonc"];
  return {
    edits: names.map((name) => ({
      file: join(opencodeFolder(deps), name),
      format: "json" as const,
      changes: [],
      clean: withoutOlderProviders,
    })),
    leftovers: isOld ? [old] : [],
  };
}

const olderProviders = ["databricks-proxy", "databricks-gemini-proxy"];

/** The older program's providers, the model that is one of theirs, and its plugin. */
export function withoutOlderProviders(text: string): string {
  let next = text;
  const { provider, model, plugin } = parseJsonObject(text) ?? {};
  for (const name of olderProviders) {
    if (isObject(provider) && name in provider) next = setJson(next, ["provider", name], undefined);
  }
  if (olderProviders.some((name) => typeof model === "string" && model.startsWith(`${name}/`))) {
    next = setJson(next, ["model"], undefined);
  }
  const list: readonly unknown[] = Array.isArray(plugin) ? plugin : [];
  for (const [index, one] of [...list.entries()].toReversed()) {
    const isOld = typeof one === "string" && /[\\/]plugins[\\/]databricks-proxy\/?$/.test(one);
    if (isOld) next = setJson(next, ["plugin", index], undefined);
  }
  return [["provider"], ["plugin"]].reduce((all, path) => withoutEmptied(all, next !== text, path), next);
}

function withoutEmptied(text: string, changed: boolean, path: readonly string[]): string {
  const value = parseJsonObject(text)?.[path[0] ?? ""];
  const isEmpty = Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
  return changed && isEmpty ? setJson(text, path, undefined) : text;
}

/** It fails open: without the proxy OpenCode starts as it would without the plugin. */
function pluginText({ program, profile, port }: HookTarget): string {
  const [command, ...words] = program;
  const args = [
    ...words,
    "hooks",
    "session-start",
    "--agent=opencode",
    `--profile=${profile}`,
    `--port=${port}`,
    "--quiet",
  ];
  return `// ${mark}
import { execFile } from "node:child_process";

const command = ${JSON.stringify(command)};
const words = ${JSON.stringify(args)};

function ask() {
  return new Promise((resolve) => {
    execFile(command, [...words, "--pid=" + process.pid], { timeout: 15000, windowsHide: true }, (error, stdout) => {
      try {
        resolve(error ? {} : JSON.parse(stdout));
      } catch {
        resolve({});
      }
    });
  });
}

function merge(target, layer) {
  for (const [name, value] of Object.entries(layer)) {
    const isTable = value !== null && typeof value === "object" && !Array.isArray(value);
    if (isTable && typeof target[name] === "object" && target[name] !== null) merge(target[name], value);
    else if (!(name === "model" || name === "small_model") || target[name] === undefined) target[name] = value;
  }
}

// Behind a company proxy prompts and key would go there otherwise.
function besideProxy() {
  const given = [process.env.NO_PROXY, process.env.no_proxy].flatMap((list) => (list ?? "").split(","));
  const names = given.map((one) => one.trim()).filter((one) => one !== "");
  const all = [...new Set([...names, "127.0.0.1", "localhost", "::1"])].join(",");
  process.env.NO_PROXY = all;
  process.env.no_proxy = all;
}

export const Mortar = async () => {
  if (process.env.MORTAR_MANAGED === "1") return {};
  const layer = await ask();
  if (Object.keys(layer).length > 0) besideProxy();
  return { config: async (config) => merge(config, layer) };
};
`;
}

/** Where OpenCode keeps the person's settings. */
export function opencodeFolder({ env, paths }: Pick<HookDeps, "env" | "paths">): string {
  const base = env["XDG_CONFIG_HOME"] ?? "";
  return join(base === "" ? join(requireHome(paths), ".config") : base, "opencode");
}
