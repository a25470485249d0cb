// `mortar desktop install`: Claude Desktop of this machine, by an entry in its own library of configurations.
import type { CommandContext, Run } from "../../cli/context.ts";
import type { CommandResult, FlagValues } from "../../cli/spec.ts";
import { installEntry } from "../../desktop/library.ts";
import { readAppPolicy } from "../../platform/managed/managed.ts";
import { remember } from "../../desktop/memory.ts";
import { madeContent } from "./content.ts";
import type { installFlags } from "./flags.ts";
import { settingLines, shownSettings } from "./words.ts";

type InstallFlags = FlagValues<typeof installFlags>;

export const run: Run<typeof installFlags> = (context) => installDesktop(context);

/** What nobody has said anything of. */
export const plainInstall: InstallFlags = {
  host: undefined,
  models: [],
  ttl: 55_000,
  "binary-path": undefined,
  daemon: false,
  port: undefined,
  otel: false,
  "allow-unsigned-extensions": false,
  "no-local-mcp": false,
  "dry-run": false,
  force: false,
};

type InstallRequest = Pick<CommandContext, "deps" | "profile" | "signal" | "build"> & { readonly flags: InstallFlags };

/** Throws as `madeContent` and `installEntry`. */
export async function installDesktop(request: InstallRequest): Promise<CommandResult> {
  const { deps, flags, profile, signal, build } = request;
  const dryRun = flags["dry-run"];
  const { wish, notes } = await madeContent({ deps, flags, profile, signal, build });
  const change = await installEntry(deps, wish, { dryRun, force: flags.force });
  if (!dryRun) await remember(deps, { profile: wish.fleet.profile, host: wish.fleet.host });
  const policy = await readAppPolicy(deps);
  for (const note of notes) deps.log.warn(note);
  if (policy[0] !== undefined) {
    deps.log.warn(`An administrator has set Claude Desktop up (${policy[0].source}): the app goes by that alone`);
  }
  if (change.kept.length > 0) {
    deps.log.warn(`You have changed ${change.kept.join(", ")}: that stays. --force writes over it.`);
  }
  const data = {
    dry_run: dryRun,
    profile: wish.fleet.profile,
    host: wish.fleet.host,
    mode: wish.connection.kind,
    folder: change.folder,
    files: change.files,
    kept: change.kept,
    applied_before: change.before ?? null,
    managed_by: policy.map(({ source }) => source),
    settings: shownSettings(wish),
  };
  const verb = (status: string): string => (dryRun && status === "written" ? "would be written" : status);
  const lines = [
    ...change.files.map(({ file, status }) => `${file}: ${verb(status)}`),
    ...(dryRun
      ? ["", ...settingLines(wish)]
      : ["", "Quit Claude Desktop and start it again. mortar desktop uninstall takes it back."]),
  ];
  return { data, text: `${lines.join("\n")}\n` };
}
