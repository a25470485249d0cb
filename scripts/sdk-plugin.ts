// Build plugin: leaves out what the MCP SDK would carry for defaults that we never take.
import { join } from "node:path";
import type { BunPlugin } from "bun";

export const sdkPlugin: BunPlugin = {
  name: "sdk",
  setup(build) {
    build.onResolve({ filter: /^@modelcontextprotocol\/(?:client|server)\/_shims$/ }, () => ({
      path: join(import.meta.dir, "sdk-shims.ts"),
    }));
  },
};
