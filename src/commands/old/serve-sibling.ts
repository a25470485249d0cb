// `databricks-codex serve` and `databricks-opencode serve`.
import { MortarError } from "../../platform/errors.ts";
import type { OldBody } from "./agent-program.ts";
import type { serveFlags } from "./command-flags.ts";
import { run as runSessionMode } from "./session-mode.ts";

export const run: OldBody<typeof serveFlags> = async (context) => {
  const [word] = context.positionals;
  if (word !== undefined) {
    throw new MortarError("usage", `${context.program.name} serve takes no word such as ${JSON.stringify(word)}`);
  }
  return runSessionMode(context);
};
