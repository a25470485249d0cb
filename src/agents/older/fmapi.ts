// What the FMAPI setup scripts have left, the shell script and its Python successor: settings, helpers, hooks, skills, caches.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { parseJsonObject } from "../../platform/edits/json-text.ts";
import { parseToml } from "../../platform/edits/toml-text.ts";
import { isObject } from "../../platform/json.ts";
import { findProgram } from "../../platform/programs.ts";
import { claudeSettingsFile } from "../hooks/claude.ts";
import { codexFolder } from "../hooks/codex.ts";
import { withoutHooks } from "../hooks/older-hooks.ts";
import {
  cleanFiles,
  deletePaths,
  effective,
  withoutPaths,
  type CleanEdit,
  type FindRemains,
  type OlderRemain,
} from "./remain.ts";

export const fmapiRemains: FindRemains = async ({ deps }) => {
  const { home } = deps.paths;
  if (home === undefined) return [];
  const folders = [join(home, ".claude"), codexFolder(deps), join(deps.cwd, ".claude"), join(deps.cwd, ".codex")];
  const edits = await effective(deps, editsIn(deps, folders));
  const files = await Promise.all([...new Set(folders)].map((folder) => named(folder, /^\.?fmapi-[\w.-]+$/)));
  const skills = await Promise.all(
    [join(home, ".claude", "skills"), join(home, ".agents", "skills")].map((folder) =>
      named(folder, /^fmapi-codingagent-[\w-]+$/),
    ),
  );
  // Its own name alone: FMAPI_HOME may be a folder that holds other things too, the home folder even.
  const script = join(home, ".fmapi-codingagent-setup");
  const isScript = existsSync(script);
  const other = deps.env["FMAPI_HOME"] ?? "";
  const paths = [...files.flat(), ...skills.flat(), ...(isScript ? [script] : [])];
  const places = [...edits.map(({ file }) => `its settings in ${file}`), ...paths];
  const tools = ["setup-fmapi-claudecode", "setup-fmapi-codex"].flatMap((name) => findProgram(name, deps) ?? []);
  const installed = tools.map((path): OlderRemain => {
    const step = "Uninstall it: uv tool list names it, uv tool uninstall NAME takes it away";
    return { seen: `${path} is on the PATH, and would set it up again`, step };
  });
  if (other !== "" && other !== script && existsSync(join(other, "setup-fmapi-claudecode.sh"))) {
    installed.push({
      seen: `${other} (FMAPI_HOME) holds the script`,
      step: `Look at ${other}, and delete what is the script's`,
    });
  }
  if (places.length === 0) return installed;
  const apply = async (): Promise<void> => {
    await cleanFiles(deps, edits);
    await deletePaths(paths);
  };
  const left = { seen: `left: ${places.join(", ")}`, removal: { title: `Take away ${places.join(", ")}`, apply } };
  return [left, ...installed];
};

function editsIn(deps: Deps, folders: readonly string[]): readonly CleanEdit[] {
  const settings = [claudeSettingsFile(deps), ...folders.map((folder) => join(folder, "settings.json"))];
  const configs = folders.map((folder) => join(folder, "config.toml"));
  const registry = join(deps.paths.home ?? "", ".claude", "plugins", "installed_plugins.json");
  return [
    ...[...new Set(settings)].map((file) => ({ file, format: "json" as const, clean: withoutFmapi })),
    ...[...new Set(configs)].map((file) => ({ file, format: "toml" as const, clean: withoutFmapiProvider })),
    {
      file: registry,
      format: "json",
      clean: (text) => withoutPaths("json", text, [["fmapi-codingagent"]]),
    },
  ];
}

async function named(folder: string, pattern: RegExp): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.filter((name) => pattern.test(name)).map((name) => join(folder, name));
}

const helperName = /fmapi-key-helper/;
const hookName = /fmapi-(?:auth|sub[a-z]+)-precheck/;

/** The variables that the script sets, with the values that are its own. */
const variables: readonly (readonly [RegExp, RegExp])[] = [
  [
    /^ANTHROPIC_BASE_URL$/,
    /^https:\/\/[^/]+\/serving-endpoints\/anthropic\/?$|^https:\/\/[\w.-]+\.ai-gateway\.[\w.-]+\/anthropic\/?$/,
  ],
  [/^ANTHROPIC_(?:MODEL|DEFAULT_(?:OPUS|SONNET|HAIKU)_MODEL)$/, /./],
  [/^ANTHROPIC_CUSTOM_HEADERS$/, /^x-databricks-use-coding-agent-mode: true$/],
  [/^CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS$/, /^1$/],
  [/^CLAUDE_CODE_API_KEY_HELPER_TTL_MS$/, /^\d+$/],
];

/** Whose helper is not the script's, and has none, keeps its variables: nobody can tell whose they are. */
export function withoutFmapi(text: string): string {
  const hooked = withoutHooks(text, (command) => typeof command === "string" && hookName.test(command));
  const root = parseJsonObject(hooked);
  if (root === undefined) return text;
  const helper = root["apiKeyHelper"];
  const isTheirs = typeof helper === "string" && helperName.test(helper);
  const env = isObject(root["env"]) ? root["env"] : {};
  const set = Object.entries(env).filter(([name, value]) =>
    variables.some(([names, values]) => names.test(name) && values.test(String(value))),
  );
  return withoutPaths("json", hooked, [
    ...(isTheirs ? [["apiKeyHelper"], ...set.map(([name]) => ["env", name])] : []),
    ["_fmapi_meta"],
  ]);
}

/** Codex: the provider whose key comes from the script's helper, the profiles on it, and what chooses either. */
export function withoutFmapiProvider(text: string): string {
  const root = parseToml(text);
  const providers = isObject(root?.["model_providers"]) ? root["model_providers"] : {};
  const theirs = new Set(Object.keys(providers).filter((name) => isFmapiProvider(providers[name])));
  if (root === undefined || theirs.size === 0) return text;
  const table = isObject(root["profiles"]) ? root["profiles"] : {};
  const profiles = new Set(
    Object.keys(table).filter((name) => {
      const profile = table[name];
      return isObject(profile) && theirs.has(String(profile["model_provider"]));
    }),
  );
  return withoutPaths("toml", text, [
    ...[...theirs].map((name) => ["model_providers", name]),
    ...[...profiles].map((name) => ["profiles", name]),
    ...(profiles.has(String(root["profile"])) ? [["profile"]] : []),
    ...(theirs.has(String(root["model_provider"])) ? [["model_provider"], ["model"]] : []),
  ]);
}

function isFmapiProvider(provider: unknown): boolean {
  const auth = isObject(provider) ? provider["auth"] : undefined;
  return isObject(auth) && helperName.test(String(auth["command"]));
}
