// `databricks-claude desktop generate-trust-profile`.
import { join } from "node:path";
import { noProgress } from "../../cli/progress.ts";
import { MortarError } from "../../platform/errors.ts";
import { run as writeTrust } from "../desktop/trust-profile.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { desktopFlags } from "./command-flags.ts";

export const run: OldBody<typeof desktopFlags> = async (context) => {
  const { deps, flags, signal, build } = context;
  if (flags.cert === undefined) throw new MortarError("usage", "--cert is missing", { hint: "Give the certificate." });
  const result = await writeTrust({
    deps,
    signal,
    build,
    profile: undefined,
    flags: {
      cert: flags.cert,
      output: flags.output ?? join("dist", "databricks-claude-trust.mobileconfig"),
      "dry-run": false,
    },
    positionals: [],
    rest: [],
    json: false,
    progress: noProgress,
  });
  if (result !== undefined) say(context, result.text.trimEnd());
  return 0;
};
