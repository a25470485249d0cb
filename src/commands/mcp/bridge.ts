// `mortar mcp bridge`: other MCP servers of the workspace over this process's standard streams.
import { openCredentials } from "../../auth/credentials.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import type { CommandResult } from "../../cli/spec.ts";
import { parseServerWord } from "../../mcp/bridge/words.ts";
import { MortarError } from "../../platform/errors.ts";
import { endWithin } from "../../platform/exit.ts";
import { printable } from "../../platform/log.ts";
import { watchParent } from "../../platform/parent.ts";
import { standardChannel } from "../../platform/stdio.ts";
import { selectTools } from "../../tools/selection.ts";
import { createWorkspace } from "../../workspace/workspace.ts";
import { termsFor } from "../tool/wish.ts";
import type { bridgeFlags } from "./table.ts";

type Context = CommandContext<typeof bridgeFlags>;

/** After the end something may still hold the process: a request that nobody waits for. */
const exitMs = 100;

export const run: Run<typeof bridgeFlags> = async (context) => {
  const { deps, flags, positionals, profile, build, signal } = context;
  if (flags.list) return await listServers(context);
  if (positionals.length === 0 && !flags["with-own"]) {
    throw new MortarError("usage", "Nothing says which server", {
      hint: "Name one, such as `mortar mcp bridge sql`; --list shows those that are there.",
    });
  }
  const servers = [...new Set(positionals)].map(parseServerWord);
  const terms = await termsFor(deps, flags);
  const readOnly = flags["read-only"];
  const own = flags["with-own"] ? selectTools({ toolsets: flags.toolsets, readOnly, terms }) : undefined;
  if (terms.protection !== undefined && servers.length > 0 && !readOnly) {
    deps.log.warn("What is protected is protected from Mortar's own tools alone; --read-only holds for all servers.");
  }
  const orphaned = new AbortController();
  watchParent(signal, () => orphaned.abort());
  const { serveBridge } = await import("../../mcp/bridge/serve.ts");
  try {
    await serveBridge({
      deps,
      version: build.version,
      profile,
      servers,
      own,
      filter: { only: flags.tools, exclude: flags["exclude-tools"], readOnly },
      patienceMs: flags["connect-timeout"] * 1_000,
      channel: standardChannel(),
      signal: AbortSignal.any([signal, orphaned.signal]),
    });
  } catch (thrown) {
    // A server that is still silent holds the process: the error is printed meanwhile.
    if (thrown instanceof MortarError) endWithin(exitMs, thrown.exit);
    throw thrown;
  }
  endWithin(exitMs, 0);
};

async function listServers({ deps, profile, build, signal }: Context): Promise<CommandResult> {
  const { discoverServers } = await import("../../mcp/bridge/discover.ts");
  const credentials = await openCredentials(deps, { profile, signal });
  const { client } = createWorkspace({ deps, credentials, userAgent: { version: build.version } });
  const { servers, failed } = await discoverServers(client, signal);
  const width = Math.max(...servers.map(({ server }) => server.length));
  const lines = servers.map(({ server, about }) =>
    `  ${printable(server).padEnd(width)}  ${printable(about)}`.trimEnd(),
  );
  const more = failed.map(({ list, why }) => `Not listed: ${list}: ${printable(why)}`);
  const beside = "Beside them: ai-search:CATALOG.SCHEMA and functions:CATALOG.SCHEMA for each schema, and skills.";
  return { data: { servers, failed }, text: [...lines, beside, ...more, ""].join("\n") };
}
