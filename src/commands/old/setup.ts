// `databricks-claude setup`: a sign-in, where there is none.
import { login } from "../../auth/login.ts";
import { neutralEnvironment } from "../../auth/load.ts";
import { readOldState } from "../../agents/older/state.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { setupFlags } from "./command-flags.ts";
import { chosenProfile, rememberPlace, withStateCli } from "./profile.ts";

const limitMs = 600_000;

export const run: OldBody<typeof setupFlags> = async (context) => {
  const { flags, program, signal } = context;
  const state = await readOldState(context.deps, program.agent);
  const deps = withStateCli(context.deps, state);
  const profile = chosenProfile(flags.profile, state);
  await rememberPlace(deps, program.agent, { profile: flags.profile });
  const { host, alreadySignedIn, user } = await login(
    { ...deps, env: neutralEnvironment(deps.env) },
    {
      profile,
      host: flags.host,
      force: flags.force,
      noBrowser: false,
      timeoutMs: limitMs,
      clientId: "databricks-cli",
      signal,
    },
  );
  const who = user === undefined ? "" : ` as ${user}`;
  say(context, `${alreadySignedIn ? "Already authenticated" : "Authenticated"}: profile ${profile}, ${host}${who}`);
  return 0;
};
