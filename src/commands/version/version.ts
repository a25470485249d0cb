// `mortar version`: what this binary is.
import type { Run } from "../../cli/context.ts";

export const run: Run = async ({ build, deps }) => {
  const data = { version: build.version, commit: build.commit, bun: Bun.version, os: deps.os, arch: process.arch };
  const text = `mortar ${data.version} (${data.commit}), bun ${data.bun}, ${data.os} ${data.arch}\n`;
  return { data, text };
};
