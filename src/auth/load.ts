// The edge of the resolution: reads the file, takes the environment or leaves it aside, finds the profile of a host.
import type { Deps, Environment } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { attributeNames, attributeSpec, type AttributeValues } from "./attributes.ts";
import { bundleProfile } from "./bundle-profile.ts";
import { parseConfigFile, readConfigFile, type ConfigFile, type Profiles } from "./config-file.ts";
import type { CredentialsOptions } from "./credentials.ts";
import { normaliseHost } from "./host.ts";
import { isHost, profilesOfHost } from "./profiles-of-host.ts";
import { leavesProfileOpen, refuseOtherHost, resolveConfig, type ResolvedConfig } from "./resolve.ts";

type LoadDeps = Pick<Deps, "cwd" | "env" | "paths" | "log">;

/** Resolves the configuration that the options mean. Throws as `resolveConfig` does. */
export async function loadConfig(deps: LoadDeps, options: CredentialsOptions = {}): Promise<ResolvedConfig> {
  const configFile = await readConfigFile(deps);
  const env = options.environment === "ignore" ? neutralEnvironment(deps.env) : deps.env;
  const { host, accountId } = options;
  const explicit: AttributeValues = {
    ...(host === undefined ? {} : { host }),
    ...(accountId === undefined ? {} : { account_id: accountId }),
  };
  // The SDKs let a host go with any profile; a host that was typed meets one that the environment still names from before.
  const stillNamed = env["DATABRICKS_CONFIG_PROFILE"] ?? "";
  if (stillNamed !== "" && options.profile === undefined) {
    refuseOtherHost(parseConfigFile(configFile), stillNamed, host);
  }
  const profileFlag = options.profile ?? profileOfHost(configFile, env, { host, accountId });
  const input = { explicit, env, configFile, profileFlag };
  const asksBundle = options.bundle !== "ignore" && leavesProfileOpen(input);
  const bundle = asksBundle ? await bundleProfile(deps, configFile) : undefined;
  const config = resolveConfig({ ...input, bundle });
  refuseOtherAccount(parseConfigFile(configFile), config.profile, accountId);
  if (options.environment === "ignore") warnOfDifference(deps, config);
  return config;
}

/** What says where files and programs are stays. */
const neutralNames = new Set(["DATABRICKS_CONFIG_FILE", "DATABRICKS_CLI_PATH"]);

/** The environment without DATABRICKS_*, which agents leak into their children. */
export function neutralEnvironment(env: Environment): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("DATABRICKS_") || neutralNames.has(name)),
  );
}

function warnOfDifference({ env, log }: LoadDeps, config: ResolvedConfig): void {
  const named = env["DATABRICKS_HOST"];
  const host = config.get("host");
  if (named === undefined || named === "" || host === undefined || isHost(named, host)) return;
  log.warn(`DATABRICKS_HOST names another workspace; it is left aside, and ${host} is used`);
}

/**
 * A host given alone means the profile that has it; of several, the one with a person's sign-in. Else several are an
 * error, and none leaves the host as it is.
 */
function profileOfHost(
  file: ConfigFile,
  env: Environment,
  { host, accountId }: Pick<CredentialsOptions, "host" | "accountId">,
): string | undefined {
  if (host === undefined || file.text === undefined) return undefined;
  const spoken = attributeNames.some((name) => {
    const { env: variables, group } = attributeSpec(name);
    return (group !== undefined || name === "profile") && variables.some((variable) => (env[variable] ?? "") !== "");
  });
  if (spoken) return undefined;
  const profiles = parseConfigFile(file);
  const names = profilesOfHost(file, normaliseHost(host).host).filter((name) => isOfAccount(profiles, name, accountId));
  if (names.length < 2) return names[0];
  // The official tools ask by host for the one that a person signed in to.
  const personal = names.filter((name) => profiles.get(name)?.get("auth_type") === "databricks-cli");
  if (personal.length === 1) return personal[0];
  throw new MortarError("config_invalid", `Several profiles are for ${host}: ${names.join(", ")}`, {
    hint: "Choose one with --profile.",
  });
}

/** Whether a profile is for the account: a classic workspace's names none, and is for whichever has the workspace. */
function isOfAccount(profiles: Profiles, name: string, accountId: string | undefined): boolean {
  const own = profiles.get(name)?.get("account_id") ?? "";
  return accountId === undefined || own === "" || own === accountId;
}

/** One account's token must not be given out for another's. Throws `config_invalid`. */
function refuseOtherAccount(profiles: Profiles, profile: string | undefined, accountId: string | undefined): void {
  if (profile === undefined || accountId === undefined || isOfAccount(profiles, profile, accountId)) return;
  const own = profiles.get(profile)?.get("account_id");
  throw new MortarError("config_invalid", `Profile ${profile} is for account ${own}, not for ${accountId}`, {
    hint: "Leave out --account-id, or name the profile of that account with --profile.",
  });
}
