// `databricks-claude desktop generate-config`: the files of today, by the words of before.
import { access, constants } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { readOldState, updateOldState } from "../../agents/older/state.ts";
import { noProgress } from "../../cli/progress.ts";
import { MortarError } from "../../platform/errors.ts";
import { run as generate } from "../desktop/generate-config.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { desktopFlags } from "./command-flags.ts";
import { chosenProfile, rememberPlace, withStateCli } from "./profile.ts";

export const run: OldBody<typeof desktopFlags> = async (context) => {
  const { flags, program, signal, build } = context;
  const state = await readOldState(context.deps, program.agent);
  const profile = chosenProfile(flags.profile, state);
  const cli = await checkedCli(flags["databricks-cli-path"]);
  const deps = withStateCli(context.deps, state);
  const result = await generate({
    deps,
    signal,
    build,
    profile,
    flags: {
      host: undefined,
      models: [],
      ttl: 55_000,
      "binary-path": flags.daemon ? undefined : flags["binary-path"],
      daemon: flags.daemon,
      // What is for the daemon alone was left aside without it.
      port: flags.daemon && flags.port !== undefined && flags.port > 0 ? flags.port : undefined,
      otel: flags.daemon && flags.otel,
      "daemon-key": flags.daemon ? flags["daemon-fake-key"] : undefined,
      "for-pkg": !flags.daemon && flags["for-pkg"],
      "allow-unsigned-extensions": false,
      "no-local-mcp": false,
      "dry-run": false,
      output: flags.output,
      "databricks-cli-path": cli,
    },
    positionals: [],
    rest: [],
    json: false,
    progress: noProgress,
  });
  await rememberPlace(deps, program.agent, { profile: flags.profile });
  if (cli !== undefined) await updateOldState(deps, program.agent, { databricks_cli_path: cli });
  if (result !== undefined) say(context, result.text.trimEnd());
  return 0;
};

/** It is one of this machine too: the state of its helper keeps it. */
async function checkedCli(path: string | undefined): Promise<string | undefined> {
  if (path === undefined || path === "") return undefined;
  const hint = "Give the whole path of the Databricks CLI.";
  if (!isAbsolute(path)) throw new MortarError("usage", `--databricks-cli-path: ${path} is not absolute`, { hint });
  const mayRun = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (mayRun) return path;
  throw new MortarError("not_found", `--databricks-cli-path: ${path} cannot be run`, { hint });
}
