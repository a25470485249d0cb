// `mortar version`: what this binary is.
import type { Run } from "../../cli/context.ts";
import { ownInstall } from "../update/facts.ts";
import type { versionFlags } from "./flags.ts";

/**
 * The Databricks CLI whose `auth token` this program speaks, `--profile` and `--force-refresh` included: SDKs go by these
 * numbers, and not by the name (databricks-sdk-py, credentials_provider.py, `DatabricksCliTokenSource`).
 */
const spokenCli = { Major: 0, Minor: 296, Patch: 0 };

export const run: Run<typeof versionFlags> = async ({ build, deps, flags, json }) => {
  if (flags.output === "json" && !json) {
    const asCli = { ProjectName: "mortar", Version: build.version, Commit: build.commit, ...spokenCli };
    return { data: asCli, text: `${JSON.stringify(asCli, null, 2)}\n` };
  }
  const install = await ownInstall(deps);
  const data = {
    version: build.version,
    commit: build.commit,
    bun: Bun.version,
    os: deps.os,
    arch: process.arch,
    install: install.method,
    path: install.path,
  };
  const text = `mortar ${data.version} (${data.commit}), bun ${data.bun}, ${data.os} ${data.arch}, ${data.install}\n`;
  return { data, text };
};
