// `mortar proxy logs`.
import type { Run } from "../../cli/context.ts";
import { defaultLogFile } from "../../proxy/lifecycle/places.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { followLog, lastLines } from "../../proxy/lifecycle/log-reader.ts";
import type { logsFlags } from "./flags.ts";

export const run: Run<typeof logsFlags> = async ({ deps, flags, signal, json }) => {
  const running = await findProxy(deps, signal);
  const file = running?.record.logFile ?? defaultLogFile(deps);
  const lines = await lastLines(file, flags.lines);
  if (!flags.follow || json) {
    const text = lines === undefined ? `There is no log at ${file} yet.\n` : lines.map((line) => `${line}\n`).join("");
    return { data: { file, lines: lines ?? [] }, text };
  }
  for (const line of lines ?? []) deps.stdout.write(`${line}\n`);
  await followLog(file, { clock: deps.clock, signal, onText: (text) => deps.stdout.write(text) });
  return undefined;
};
