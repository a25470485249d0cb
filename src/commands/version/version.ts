// `mortar version`: what this binary is.
import type { Run } from "../../cli/context.ts";
import { ownInstall } from "../update/facts.ts";

export const run: Run = async ({ build, deps }) => {
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
