// `mortar mcp serve`: the server over this process's standard streams, for as long as its client lives.
import type { Run } from "../../cli/context.ts";
import { endWithin } from "../../platform/exit.ts";
import { watchParent } from "../../platform/parent.ts";
import { standardChannel } from "../../platform/stdio.ts";
import { serveMcp } from "../../mcp/serve.ts";
import { createWorkspaceSource } from "../../tools/open-workspace.ts";
import { selectionOf, termsFor } from "../tool/wish.ts";
import type { serveFlags } from "./table.ts";

/** After the end something may still hold the process: a request that nobody waits for. */
const exitMs = 100;

export const run: Run<typeof serveFlags> = async (context) => {
  const { deps, flags, profile, build, signal } = context;
  if (flags.http || flags["behind-databricks-apps"]) {
    const { serveOverHttp } = await import("./http.ts");
    await serveOverHttp(context);
    return endWithin(exitMs, 0);
  }
  const selection = selectionOf(flags, await termsFor(deps, flags));
  const orphaned = new AbortController();
  watchParent(signal, () => orphaned.abort());
  const ending = AbortSignal.any([signal, orphaned.signal]);
  const source = createWorkspaceSource({
    deps,
    profile,
    version: build.version,
    through: ["mcp", "stdio"],
    switchable: true,
    signal: ending,
  });
  await serveMcp({ deps, version: build.version, selection, source, channel: standardChannel(), signal: ending });
  endWithin(exitMs, 0);
};
