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
  const { host, alreadySignedIn, user } = await login(
    { ...deps, env: neutralEnvironment(deps.env) },
    {
      profile,
      host: flags.host,
      force: flags.force,
      noBrowser: false,
      timeoutMs: limitMs,
      clientId: "databricks-cli",
      // A script or a service would wait for a browser that nobody sees.
      attended: deps.stdin.isTTY && deps.stderr.isTTY,
      signal,
    },
  );
  // A profile that cannot be used must not lead the next run astray.
  await rememberPlace(deps, program.agent, { profile: flags.profile });
  const who = user === undefined ? "" : ` as ${user}`;
  say(context, `${alreadySignedIn ? "Already authenticated" : "Authenticated"}: profile ${profile}, ${host}${who}`);
  return 0;
};
