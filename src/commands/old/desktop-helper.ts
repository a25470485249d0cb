// `databricks-claude desktop credential-helper`: the same as the program of that name.
import type { OldBody } from "./agent-program.ts";
import type { profileFlags } from "./command-flags.ts";
import { printToken } from "./credential-helper.ts";

export const run: OldBody<typeof profileFlags> = ({ deps, flags, signal }) => printToken(deps, flags.profile, signal);
