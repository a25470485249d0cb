// `mortar desktop generate-config`: the files by which Claude Desktop is put on the workspace, by hand or by a fleet's MDM.
import { basename } from "node:path";
import type { Run } from "../../cli/context.ts";
import { configFiles, writeConfigFiles, type ConfigFile } from "../../desktop/config-files.ts";
import { readLibrary } from "../../desktop/library.ts";
import { readMemory, remember } from "../../desktop/memory.ts";
import type { DesktopWish } from "../../desktop/settings.ts";
import type { Deps } from "../../platform/deps.ts";
import { isWindowsPath, madeContent, type ContentFlags } from "./content.ts";
import type { generateFlags } from "./flags.ts";
import { shownSettings, settingLines } from "./words.ts";

export const run: Run<typeof generateFlags> = async ({ deps, flags, profile, signal, build }) => {
  const dryRun = flags["dry-run"];
  const { wish, notes } = await madeContent({ deps, flags, profile, signal, build });
  const files = configFiles(wish, { cwd: deps.cwd, os: deps.os, output: flags.output });
  if (!dryRun) {
    await writeConfigFiles(files);
    if (isForHere(flags)) await rememberHere(deps, wish);
  }
  for (const note of [...notes, ...mismatches(wish, files)]) deps.log.warn(note);
  const data = {
    dry_run: dryRun,
    profile: wish.fleet.profile,
    host: wish.fleet.host,
    mode: wish.connection.kind,
    files: files.map(({ path, format }) => ({ path, format })),
    settings: shownSettings(wish),
  };
  const listed = files.map(({ path }) => `${dryRun ? "Would write" : "Wrote"} ${path}`);
  const rest = dryRun ? ["", ...settingLines(wish)] : ["", ...steps(files)];
  return { data, text: `${[...listed, ...rest].join("\n")}\n` };
};

/** The helper of this machine has to print tokens of the workspace that the app is told of: the installed one goes first. */
async function rememberHere(deps: Deps, { fleet }: DesktopWish): Promise<void> {
  const [present, library] = await Promise.all([readMemory(deps), readLibrary(deps)]);
  if (library.isApplied && present.host !== undefined && present.host !== fleet.host) {
    deps.log.warn(
      `The app of this machine stays on ${present.host}, and so does its helper: mortar desktop install moves both`,
    );
    return;
  }
  await remember(deps, { profile: fleet.profile, host: fleet.host });
}

/** A configuration for other machines says nothing of this one's workspace. */
function isForHere(flags: ContentFlags): boolean {
  return !flags.daemon && flags["for-pkg"] !== true && flags["binary-path"] === undefined && flags.host === undefined;
}

/** A path of one system in the file of another. */
function mismatches({ connection }: DesktopWish, files: readonly ConfigFile[]): readonly string[] {
  if (connection.kind === "daemon") return [];
  const { helper } = connection;
  const wrong = files.find(({ format }) => format === (isWindowsPath(helper) ? "mobileconfig" : "reg"));
  if (wrong === undefined) return [];
  const system = wrong.format === "reg" ? "Windows" : "macOS";
  return [`${basename(wrong.path)} names ${helper}: for ${system} make it with --binary-path`];
}

function steps(files: readonly ConfigFile[]): readonly string[] {
  const has = (format: ConfigFile["format"]): string | undefined => files.find((one) => one.format === format)?.path;
  const [profile, registry, json] = [has("mobileconfig"), has("reg"), has("json")];
  return [
    ...(profile === undefined
      ? []
      : [`macOS: open ${basename(profile)}, then allow it in System Settings, Device Management.`]),
    ...(registry === undefined
      ? []
      : [`Windows: reg import ${basename(registry)}, in a terminal of an administrator.`]),
    ...(json === undefined
      ? []
      : [
          `On this machine alone: mortar desktop install. ${basename(json)} is what it writes, to look at and to edit.`,
        ]),
    "Then quit Claude Desktop and start it again.",
  ];
}
