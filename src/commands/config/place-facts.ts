// This program, the files that it reads, the folders that it keeps, and how it reaches the network.
import { existsSync } from "node:fs";
import { configFilePath } from "../../auth/config-file.ts";
import type { Deps, Environment } from "../../platform/deps.ts";
import { redact } from "../../platform/log.ts";
import { selfCommand } from "../../platform/process.ts";
import type { Fact, FactProvider } from "./facts.ts";

export const programFacts: FactProvider = {
  key: "mortar",
  title: "mortar",
  collect: async ({ build }) => [
    { key: "version", label: "version", value: `${build.version} (${build.commit})` },
    { key: "program", label: "program", value: selfCommand().join(" ") },
  ],
};

export const fileFacts: FactProvider = {
  key: "files",
  title: "Files",
  collect: async ({ deps }) => [
    configFile(deps),
    { key: "data", label: "data", value: deps.paths.data, from: baseOf(deps, "XDG_DATA_HOME") },
    { key: "cache", label: "cache", value: deps.paths.cache, from: baseOf(deps, "XDG_CACHE_HOME") },
    { key: "run", label: "running state", value: deps.paths.run, from: baseOf(deps, "XDG_DATA_HOME") },
  ],
};

function configFile(deps: Deps): Fact {
  const path = configFilePath(deps);
  const variable = "DATABRICKS_CONFIG_FILE";
  const from = isSet(deps.env, variable) ? variable : undefined;
  const note = path === undefined || existsSync(path) ? undefined : "not there yet";
  return { key: "profiles", label: "profiles", value: path, from, note };
}

function baseOf({ env }: Deps, variable: string): string | undefined {
  return ["MORTAR_HOME", variable].find((name) => isSet(env, name));
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? "") !== "";
}

/** Small letters too: that is how curl and many others write them. */
const networkVariables = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"];

export const networkFacts: FactProvider = {
  key: "network",
  title: "Network",
  collect: async ({ deps: { env } }) =>
    networkVariables
      .flatMap((name) => [name, name.toLowerCase()])
      .filter((name) => isSet(env, name))
      // A proxy's address may carry a password.
      .map((name) => ({
        key: name.toLowerCase(),
        label: name,
        value: redact(env[name] ?? ""),
        from: "the environment",
      })),
};
