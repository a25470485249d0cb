// The profile of the repository that one works in: the one whose host is the host of its bundle (databricks.yml).
import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { errnoOf } from "../platform/files.ts";
import { isObject } from "../platform/json.ts";
import { printable, type Logger } from "../platform/log.ts";
import { defaultProfile, parseConfigFile, type ConfigFile } from "./config-file.ts";
import { normaliseHost } from "./host.ts";
import { profilesOfHost } from "./profiles-of-host.ts";

export interface BundleProfile {
  readonly profile: string;
  /** The bundle file that speaks for it. */
  readonly path: string;
}

export type BundleDeps = Pick<Deps, "cwd" | "paths" | "log">;

/** The names that the Databricks CLI looks for, in its order. */
const fileNames = ["databricks.yml", "databricks.yaml", "bundle.yml", "bundle.yaml"];

const mostBytes = 131_072;

/** Errors in their short form: the long one quotes the file, and costs the square of their number. */
const parsing = { logLevel: "error", prettyErrors: false, uniqueKeys: false, maxAliasCount: 100 } as const;

/**
 * The profile of ~/.databrickscfg that has the host of the nearest bundle file, or undefined. The bundle file belongs to
 * whoever wrote the repository: nothing but its host is read, and a host can only choose among the profiles that are
 * there already. The person is told of the choice, once. Never throws for what is in the bundle file.
 */
export async function bundleProfile(deps: BundleDeps, file: ConfigFile): Promise<BundleProfile | undefined> {
  if (file.text === undefined) return undefined;
  const path = await nearestBundle(deps);
  const host = path === undefined ? undefined : await hostOfBundle(deps, path);
  if (path === undefined || host === undefined) return undefined;
  const profile = chooseProfile(deps, file, { host, path });
  return profile === undefined ? undefined : { profile, path };
}

/** From the working folder up to the root of the repository, or the home; outside of both, the working folder alone. */
async function nearestBundle({ cwd, paths }: BundleDeps): Promise<string | undefined> {
  const folders: string[] = [];
  let found: string | undefined;
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    found ??= await bundleIn(folder);
    folders.push(folder);
    if ((await kindOf(join(folder, ".git"))) !== "none" || folder === paths.home) return found;
    if (dirname(folder) === folder) break;
  }
  return found !== undefined && dirname(found) === folders[0] ? found : undefined;
}

async function bundleIn(folder: string): Promise<string | undefined> {
  for (const name of fileNames) {
    const path = join(folder, name);
    if ((await kindOf(path)) === "file") return path;
  }
  return undefined;
}

async function kindOf(path: string): Promise<"file" | "other" | "none"> {
  return stat(path).then(
    (entry) => (entry.isFile() ? "file" : "other"),
    () => "none",
  );
}

async function hostOfBundle({ log }: BundleDeps, path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) {
      log.debug(printable(`${path} is passed over: it has ${size} bytes`));
      return undefined;
    }
    const text = await readFile(path, "utf8");
    // Most bundles name a host; where the word is missing, the parser need not be loaded.
    if (!text.includes("host")) return undefined;
    const { parse } = await import("yaml");
    const named = namedHost(parse(text, parsing));
    return named === undefined ? undefined : normaliseHost(named).host;
  } catch (thrown) {
    // Never the error's own words, which may be the file's.
    log.debug(printable(`${path} is passed over: ${errnoOf(thrown) ?? "it cannot be understood"}`));
    return undefined;
  }
}

/** The host of the default target (marked so, or the only one), else that of the whole bundle. */
function namedHost(bundle: unknown): string | undefined {
  if (!isObject(bundle)) return undefined;
  const targets = isObject(bundle["targets"]) ? Object.values(bundle["targets"]) : [];
  const marked = targets.find((target) => isObject(target) && target["default"] === true);
  const target = marked ?? (targets.length === 1 ? targets[0] : undefined);
  return workspaceHost(target) ?? workspaceHost(bundle);
}

function workspaceHost(value: unknown): string | undefined {
  const workspace = isObject(value) ? value["workspace"] : undefined;
  const host = isObject(workspace) ? workspace["host"] : undefined;
  // A host with a variable in it is known to the bundle alone.
  return typeof host === "string" && host !== "" && !host.includes("${") ? host : undefined;
}

function chooseProfile(
  { log }: BundleDeps,
  file: ConfigFile,
  { host, path }: { readonly host: string; readonly path: string },
): string | undefined {
  const names = profilesOfHost(file, host);
  const profiles = parseConfigFile(file);
  const usual = defaultProfile(profiles) ?? "DEFAULT";
  if (names.length === 0 || names.includes(usual)) return names.find((name) => name === usual);
  const personal = names.filter((name) => profiles.get(name)?.get("auth_type") === "databricks-cli");
  const [chosen, ...others] = names.length === 1 ? names : personal;
  if (chosen === undefined || others.length > 0) {
    tellOnce(
      log,
      `Several profiles are for ${host}, the host of ${path}: ${names.join(", ")}. None is chosen; --profile does`,
    );
    return undefined;
  }
  tellOnce(log, `Using profile ${chosen}: ${path} is for its host, ${host}`);
  return chosen;
}

const told = new WeakMap<Logger, Set<string>>();

/** Credentials are opened many times in one run; the person reads it once. */
function tellOnce(log: Logger, words: string): void {
  const lines = told.get(log) ?? new Set();
  told.set(log, lines);
  if (lines.has(words)) return;
  lines.add(words);
  log.info(printable(words));
}
