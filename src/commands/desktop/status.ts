// `mortar desktop status`: what Claude Desktop goes by on this machine, and whether its helper can do its part.
import { stat } from "node:fs/promises";
import type { Run } from "../../cli/context.ts";
import { helperChoice } from "../../desktop/helper-choice.ts";
import { helperLogFile } from "../../desktop/helper-log.ts";
import { readLibrary } from "../../desktop/library.ts";
import { readAppPolicy, readFleetSettings, type ManagedSettings } from "../../platform/managed/managed.ts";
import { readTextIfPresent } from "../../platform/files.ts";

export const run: Run = async ({ deps, profile }) => {
  const [library, policy, fleet, choice, log] = await Promise.all([
    readLibrary(deps),
    readAppPolicy(deps),
    readFleetSettings(deps),
    helperChoice(deps, profile),
    readTextIfPresent(helperLogFile(deps)),
  ]);
  const effective = policy[0]?.values ?? (library.isApplied ? library.entry : undefined) ?? {};
  const text = (key: string): string | undefined => {
    const value = effective[key];
    return typeof value === "string" ? value : undefined;
  };
  const helper = text("inferenceCredentialHelper");
  const hasHelper = helper === undefined ? undefined : (await stat(helper).catch(() => undefined))?.isFile() === true;
  const lastCall = log?.trimEnd().split("\n").at(-1);
  const data = {
    library: { folder: library.folder, installed: library.entry !== undefined, applied: library.isApplied },
    applied_entry: library.applied ?? null,
    changed_keys: library.changed,
    policy: sources(policy),
    fleet: sources(fleet),
    base_url: text("inferenceGatewayBaseUrl") ?? null,
    helper: helper === undefined ? null : { path: helper, exists: hasHelper },
    profile: { name: choice.profile, source: choice.source, host: choice.host ?? null },
    log: { file: helperLogFile(deps), last: lastCall === undefined || lastCall === "" ? null : lastCall },
  };
  const lines = [
    `Set up by    ${setUpBy(policy, library.isApplied)}`,
    ...(policy.length === 0 && !library.isApplied && library.applied !== undefined
      ? [`Chosen       ${library.applied}`]
      : []),
    ...(data.base_url === null ? [] : [`Asks         ${data.base_url}`]),
    ...(helper === undefined ? [] : [`Helper       ${helper}${hasHelper === true ? "" : " (it is not there)"}`]),
    `Profile      ${choice.profile} (${choice.source})`,
    ...(fleet[0] === undefined ? [] : [`Managed      ${fleet[0].source}`]),
    ...(library.changed.length === 0 ? [] : [`Changed      ${library.changed.join(", ")}`]),
    ...(data.log.last === null ? [] : [`Last call    ${data.log.last}`]),
    `Log          ${data.log.file}`,
    `Library      ${library.folder}`,
  ];
  return { data, text: `${lines.join("\n")}\n` };
};

function sources(
  all: readonly ManagedSettings[],
): readonly { readonly source: string; readonly keys: readonly string[] }[] {
  return all.map(({ source, values }) => ({ source, keys: Object.keys(values) }));
}

function setUpBy(policy: readonly ManagedSettings[], isApplied: boolean): string {
  if (policy[0] !== undefined) return `an administrator (${policy[0].source})`;
  return isApplied ? "mortar desktop install" : "nobody here; mortar desktop install sets it up";
}
