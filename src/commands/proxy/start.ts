// `mortar proxy start`.
import type { Run } from "../../cli/context.ts";
import { ensureProxy } from "../../proxy/lifecycle/start.ts";
import type { startFlags } from "./flags.ts";
import { keepProfile, proxyOptions } from "./options.ts";
import { proxyData, proxyLines } from "./words.ts";

const said = {
  joined: "The proxy runs already.",
  started: "The proxy runs.",
  replaced: "The proxy runs; it has taken the place of one with other options or of an older version.",
} as const;

export const run: Run<typeof startFlags> = async (context) => {
  const { deps, flags, signal } = context;
  const options = await proxyOptions(context);
  await keepProfile(context);
  const { port, tls, upstream, logFile, verbose, key } = options;
  const wanted = {
    kind: "command",
    port,
    tls,
    upstream,
    logFile,
    verbose,
    key,
    idleTimeoutMs: flags["idle-timeout"],
  } as const;
  const { proxy, how } = await ensureProxy(deps, wanted, { signal });
  return {
    data: { ...proxyData(proxy), already_running: how === "joined", replaced: how === "replaced" },
    text: `${said[how]}\n\n${proxyLines(proxy).join("\n")}\n`,
  };
};
