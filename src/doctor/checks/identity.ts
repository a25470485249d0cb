// Tokens in the workspace that older setup scripts have made, and the Databricks CLI beside us.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { readTextIfPresent } from "../../platform/files.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import { findProgram } from "../../platform/programs.ts";
import { createClient } from "../../workspace/client.ts";
import { createPersonalTokensApi } from "../../workspace/personal-tokens.ts";
import { userAgent } from "../../workspace/user-agent.ts";
import { orPass, pass, skip, warn, type Check, type CheckContext, type Finding } from "../check.ts";

const oldTokens: Check = {
  id: "identity.older-tokens",
  group: "identity",
  title: "No tokens of the FMAPI setup scripts",
  needs: ["identity.sign-in"],
  run: async ({ deps, around, facts, signal }) => {
    const credentials = await facts.credentials();
    const about = { env: deps.env, os: deps.os, runtimeVersion: Bun.version, authType: credentials.authType };
    const client = createClient({ deps, credentials, userAgent: userAgent({ version: around.version }, about) });
    const tokens = createPersonalTokensApi(client);
    const all = await tokens.list({ signal }).catch((thrown: unknown) => toMortarError(thrown));
    if (all instanceof MortarError) return skip(`the workspace does not list your tokens (${all.message})`);
    const theirs = all.filter(({ comment }) => comment.startsWith("Claude Code FMAPI"));
    if (theirs.length === 0) return pass("there are none");
    const words = theirs.length === 1 ? "1 token was" : `${theirs.length} tokens were`;
    const seen = `${words} made by the FMAPI setup scripts and still open the workspace`;
    // The one that this profile signs in by may be among them.
    if (credentials.authType === "pat")
      return warn(seen, "Revoke them in the workspace, save the one in use: Settings, Developer, Access tokens");
    const apply = async (): Promise<void> => {
      for (const { id } of theirs) await tokens.revoke(id, { signal: AbortSignal.timeout(revokeLimitMs) });
    };
    const title = `Revoke ${theirs.length === 1 ? "the token" : `the ${theirs.length} tokens`} of the FMAPI setup scripts`;
    return warn(seen, "mortar doctor --fix, or mortar setup --revoke-older-tokens", { title, safe: false, apply });
  },
};

const revokeLimitMs = 15_000;

/** Below this size it is the legacy CLI, a Python script that knows no OAuth. */
const legacyBytes = 1_048_576;

const cli: Check = {
  id: "identity.databricks-cli",
  group: "identity",
  title: "The Databricks CLI, where there is one",
  run: async ({ deps, facts, signal }) => {
    const named = await facts.config().then(
      (config) => config.get("databricks_cli_path"),
      () => undefined,
    );
    if (named !== undefined && /[\\/]/.test(named) && !existsSync(named)) {
      return warn(
        `databricks_cli_path names ${named}, which is not there`,
        `Take databricks_cli_path out of the profile ${facts.profile}.`,
      );
    }
    const path = findProgram("databricks", deps);
    if (path === undefined) return pass("there is none, and none is needed");
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) < legacyBytes) {
      return warn(
        `${path} is the legacy CLI, which cannot sign in with OAuth`,
        "pip uninstall databricks-cli; mortar needs none",
      );
    }
    const options = { env: deps.env, signal, timeoutMs: 5_000, maxOutputBytes: 100_000 };
    const { stdout } = await deps.run([path, "version"], options);
    const version = /v(\d[\w.-]*)/.exec(stdout)?.[1];
    const found = await cacheFindings(deps, facts.profile);
    if (version !== undefined && Bun.semver.order(version, renewing) < 0) {
      const seen = `${path} is of version ${version}: before ${renewing} it gives out tokens that have ended (databricks/cli#4768)`;
      found.push(
        warn(seen, "Update it (brew upgrade databricks, winget upgrade Databricks.DatabricksCLI), or leave it out"),
      );
    }
    return orPass(found, `${path} ${version === undefined ? "" : `v${version}`}`.trim());
  },
};

/** From this version on the CLI looks at the end of the token that it gives, and can be told to renew it. */
const renewing = "0.298.0";

/** Where the CLI keeps tokens without a keyring. We never write it. */
async function cacheFindings({ paths }: CheckContext["deps"], profile: string): Promise<Finding[]> {
  if (paths.home === undefined) return [];
  const file = join(paths.home, ".databricks", "token-cache.json");
  const text = await readTextIfPresent(file).catch(() => "");
  if (text === undefined || isObject(tryJson(text))) return [];
  const cure = `Move it away, then: databricks auth login --profile ${profile}`;
  return [
    warn(`${file} cannot be understood: the Databricks CLI says "malformed token cache", for every profile`, cure),
  ];
}

export const tokenChecks: readonly Check[] = [oldTokens, cli];
