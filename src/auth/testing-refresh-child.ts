// A second process for the refresh race: opens the stored login of argv and prints the token or the error code that it ends up with.
import { systemClock } from "../platform/clock.ts";
import type { Fetch } from "../platform/deps.ts";
import { toMortarError } from "../platform/errors.ts";
import { silentLogger } from "../platform/log.ts";
import { resolvePaths } from "../platform/paths.ts";
import { storedSource } from "./refresh.ts";
import { readLogin } from "./token-store.ts";

const [home = "", host = "", forced = ""] = process.argv.slice(2);
const env = { MORTAR_HOME: home };
const deps = {
  env,
  clock: systemClock,
  fetch: fetch as Fetch,
  log: silentLogger,
  paths: resolvePaths(env, "linux"),
  keyring: undefined,
};
const login = await readLogin(deps, { host, profile: "dev" });
if (login === undefined) throw new Error("no login");
// Both processes hold the login before either renews it.
process.stdout.write("ready\n");
for await (const _ of Bun.stdin.stream()) break;
const outcome = await storedSource(
  deps,
  login,
)({ forceRefresh: forced === "forced" }).then(
  ({ accessToken }) => accessToken.reveal(),
  (thrown: unknown) => toMortarError(thrown).code,
);
process.stdout.write(`${outcome}\n`);
process.exit(0);
