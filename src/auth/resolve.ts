// From flags, environment and file to one configuration, in which every value knows where it came from. Pure.
import type { Environment } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { Secret } from "../platform/secret.ts";
import {
  attributeNames,
  attributeSpec,
  type AttributeName,
  type AttributeValues,
  type PlainName,
  type SecretName,
} from "./attributes.ts";
import {
  defaultProfile,
  missingProfile,
  parseConfigFile,
  settingsSection,
  type ConfigFile,
  type Profiles,
} from "./config-file.ts";
import { cloudOf, normaliseHost, type Cloud } from "./host.ts";

export type SourceKind = "option" | "environment" | "file" | "bundle" | "host" | "metadata";

export interface AttributeSource {
  readonly kind: SourceKind;
  /** The variable, or the file (of a bundle: the bundle's), that gave the value; empty for an option. */
  readonly name: string;
}

export interface ResolveInput {
  /** Values given in so many words: they win over everything. */
  readonly explicit?: AttributeValues | undefined;
  readonly env: Environment;
  readonly configFile: ConfigFile;
  /** The --profile flag: unlike DATABRICKS_CONFIG_PROFILE it wins over host and sign-in of the environment. */
  readonly profileFlag?: string | undefined;
  /** The repository's profile: it goes before the default one, and after everything that names a profile or a host. */
  readonly bundle?: { readonly profile: string; readonly path: string } | undefined;
}

/** A resolved configuration. Its secrets leave it as `Secret` only, and it prints without them. */
export interface ResolvedConfig {
  readonly profile: string | undefined;
  readonly configPath: string;
  /** The profile says `workspace_id = none`: the account, and no workspace of it. */
  readonly accountLevel: boolean;
  readonly cloud: Cloud;
  readonly isAzure: boolean;
  get(name: PlainName): string | undefined;
  secret(name: SecretName): Secret | undefined;
  source(name: AttributeName): AttributeSource | undefined;
  /** All set attributes in their order, secrets as `***`. */
  shown(): readonly { name: AttributeName; value: string; source: AttributeSource }[];
  /** `. Config: host=..., token=***. Env: DATABRICKS_HOST`, as every error of the official tools ends. */
  suffix(): string;
  /** The same configuration with further values, where none is set yet. */
  with(values: AttributeValues, source: AttributeSource): ResolvedConfig;
}

type Entry = { readonly value: string; readonly source: AttributeSource };
type Entries = Map<AttributeName, Entry>;

/**
 * Resolves the configuration: explicit, then environment, then the profile of the file; the first to say something
 * wins. Throws `config_invalid` (a bad host, two sign-in methods at once, a broken file) and `config_missing`.
 * Source: databricks-sdk-go config/config.go and config_file.go.
 */
export function resolveConfig(input: ResolveInput): ResolvedConfig {
  const entries: Entries = new Map();
  for (const name of attributeNames) put(entries, name, input.explicit?.[name], { kind: "option", name: "" });
  if (input.profileFlag === undefined) {
    fillFromEnvironment(entries, input.env, attributeNames);
    if (entries.has("profile") || !namesTarget(entries)) fillFromFile(entries, input);
  } else {
    fillByFlag(entries, input, input.profileFlag);
  }
  const accountLevel = entries.get("workspace_id")?.value === "none";
  if (accountLevel) entries.delete("workspace_id");
  fixHost(entries);
  const config = view(entries, input.configFile.path, accountLevel);
  refuseTwoMethods(entries, config);
  return config;
}

function put(entries: Entries, name: AttributeName, value: string | undefined, source: AttributeSource): void {
  if (value !== undefined && value !== "" && !entries.has(name)) entries.set(name, { value, source });
}

function fillFromEnvironment(entries: Entries, env: Environment, names: readonly AttributeName[]): void {
  for (const name of names) {
    for (const variable of attributeSpec(name).env) {
      put(entries, name, env[variable], { kind: "environment", name: variable });
    }
  }
}

/** With a host or a way to sign in already given and no profile asked for, the file is not looked at. */
function namesTarget(entries: Entries): boolean {
  return entries.has("host") || [...entries.keys()].some((name) => attributeSpec(name).group !== undefined);
}

/** Whether nothing but the file, or the repository, can say which profile is meant. */
export function leavesProfileOpen({ explicit, env, profileFlag }: ResolveInput): boolean {
  if (profileFlag !== undefined) return false;
  const entries: Entries = new Map();
  for (const name of attributeNames) put(entries, name, explicit?.[name], { kind: "option", name: "" });
  fillFromEnvironment(entries, env, attributeNames);
  return !entries.has("profile") && !namesTarget(entries);
}

function fillFromFile(entries: Entries, { configFile: file, bundle }: ResolveInput): void {
  const profiles = parseConfigFile(file);
  const asked = entries.get("profile")?.value;
  const fallback = asked === undefined ? (bundle?.profile ?? defaultProfile(profiles)) : undefined;
  const name = asked ?? fallback ?? "DEFAULT";
  if (name === settingsSection) throw notAProfile(file.path);
  const keys = profiles.get(name);
  if (keys === undefined || keys.size === 0) {
    if (asked === undefined && fallback === undefined) return;
    throw missingProfile(file.path, name, profiles, view(entries, file.path, false).suffix());
  }
  for (const key of attributeNames) put(entries, key, keys.get(key), { kind: "file", name: file.path });
  const byBundle = name === bundle?.profile;
  put(entries, "profile", name, byBundle ? { kind: "bundle", name: bundle.path } : { kind: "file", name: file.path });
}

/** What --profile leaves to the environment before the file speaks: neither target nor sign-in, nor what narrows them. */
const targetNames: ReadonlySet<AttributeName> = new Set([
  "host",
  "profile",
  "workspace_id",
  "account_id",
  "auth_type",
  "discovery_url",
  "audience",
  "cloud",
]);

function fillByFlag(entries: Entries, input: ResolveInput, flag: string): void {
  const explicitHost = entries.get("host")?.value;
  entries.set("profile", { value: flag, source: { kind: "option", name: "--profile" } });
  const neutral = attributeNames.filter((name) => !targetNames.has(name) && attributeSpec(name).group === undefined);
  fillFromEnvironment(entries, input.env, neutral);
  const profiles = parseConfigFile(input.configFile);
  refuseOtherHost(profiles, flag, explicitHost);
  fillFromFile(entries, input);
  fillGaps(entries, input.env);
}

/** A profile's token must not be sent to a host that the profile does not name. Throws `config_invalid`. */
export function refuseOtherHost(profiles: Profiles, profile: string, host: string | undefined): void {
  const own = profiles.get(profile)?.get("host");
  if (host === undefined || own === undefined || own === "") return;
  if (normaliseHost(own).host === normaliseHost(host).host) return;
  throw new MortarError("config_invalid", `Profile ${profile} is for ${normaliseHost(own).host}, not for ${host}`, {
    hint: "Leave out --host, or name the profile of that host (--profile, DATABRICKS_CONFIG_PROFILE).",
  });
}

/**
 * A profile that says nothing of the host, or of how to sign in, takes it from the environment; but a token there that
 * belongs to another host stays there.
 */
function fillGaps(entries: Entries, env: Environment): void {
  const fromEnv = env["DATABRICKS_HOST"];
  const own = entries.get("host")?.value;
  const elsewhere =
    fromEnv !== undefined &&
    fromEnv !== "" &&
    own !== undefined &&
    normaliseHost(fromEnv).host !== normaliseHost(own).host;
  const signsIn =
    entries.has("auth_type") || [...entries.keys()].some((name) => attributeSpec(name).group !== undefined);
  fillFromEnvironment(entries, env, ["host"]);
  if (signsIn || elsewhere) return;
  const grouped = attributeNames.filter((name) => attributeSpec(name).group !== undefined);
  fillFromEnvironment(entries, env, grouped);
}

function fixHost(entries: Entries): void {
  const entry = entries.get("host");
  if (entry === undefined) return;
  const normal = normaliseHost(entry.value);
  entries.set("host", { value: normal.host, source: entry.source });
  const source: AttributeSource = { kind: "host", name: entry.source.name };
  put(entries, "workspace_id", normal.workspaceId, source);
  put(entries, "account_id", normal.accountId, source);
}

function refuseTwoMethods(entries: Entries, config: ResolvedConfig): void {
  if (entries.has("auth_type")) return;
  const groups = new Set<string>();
  for (const name of entries.keys()) {
    const { group } = attributeSpec(name);
    if (group !== undefined) groups.add(group);
  }
  if (groups.size < 2) return;
  const names = [...groups].sort().join(" and ");
  throw new MortarError("config_invalid", `more than one authorization method configured: ${names}${config.suffix()}`, {
    hint: "Remove one of them, or set auth_type (DATABRICKS_AUTH_TYPE) to the one that is meant.",
  });
}

function notAProfile(path: string): MortarError {
  return new MortarError("config_invalid", `${settingsSection} in ${path} holds settings and is not a profile`, {
    hint: "Choose a profile that `mortar auth profiles` lists.",
  });
}

function view(entries: Entries, configPath: string, accountLevel: boolean): ResolvedConfig {
  const valueOf = (name: AttributeName): string | undefined => entries.get(name)?.value;
  const named = (["AWS", "Azure", "GCP"] as const).find((one) => one.toUpperCase() === valueOf("cloud")?.toUpperCase());
  const cloud = named ?? cloudOf(valueOf("host"));
  const shown = (): { name: AttributeName; value: string; source: AttributeSource }[] =>
    attributeNames.flatMap((name) => {
      const entry = entries.get(name);
      if (entry === undefined) return [];
      return [{ name, value: attributeSpec(name).secret === true ? "***" : entry.value, source: entry.source }];
    });
  return {
    profile: valueOf("profile"),
    configPath,
    accountLevel,
    cloud,
    isAzure: cloud === "Azure" || entries.has("azure_workspace_resource_id"),
    get: valueOf,
    secret: (name) => {
      const value = valueOf(name);
      return value === undefined ? undefined : new Secret(value);
    },
    source: (name) => entries.get(name)?.source,
    shown,
    suffix: () => suffixOf(shown()),
    with: (values, source) => {
      const more: Entries = new Map(entries);
      for (const name of attributeNames) {
        if (!(accountLevel && name === "workspace_id")) put(more, name, values[name], source);
      }
      return view(more, configPath, accountLevel);
    },
  };
}

function suffixOf(shown: ReturnType<ResolvedConfig["shown"]>): string {
  const values = shown.filter(({ source }) => source.kind !== "metadata").map(({ name, value }) => `${name}=${value}`);
  const variables = shown.filter(({ source }) => source.kind === "environment").map(({ source }) => source.name);
  const parts = [
    ...(values.length > 0 ? [`Config: ${values.join(", ")}`] : []),
    ...(variables.length > 0 ? [`Env: ${variables.join(", ")}`] : []),
  ];
  return parts.length === 0 ? "" : `. ${parts.join(". ")}`;
}
