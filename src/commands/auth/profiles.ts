// `mortar auth profiles`: what ~/.databrickscfg has.
import { listProfiles, type ProfileStatus } from "../../auth/status.ts";
import type { Run } from "../../cli/context.ts";
import { printable, redact } from "../../platform/log.ts";
import type { profilesFlags } from "./flags.ts";

export const run: Run<typeof profilesFlags> = async ({ deps, flags, signal }) => {
  const profiles = await listProfiles(deps, { validate: !flags["skip-validate"], signal });
  return { data: { profiles: profiles.map(dataOf) }, text: textOf(profiles) };
};

function dataOf(profile: ProfileStatus): unknown {
  return {
    name: profile.name,
    ...(profile.host === undefined ? {} : { host: profile.host }),
    ...(profile.accountId === undefined ? {} : { account_id: profile.accountId }),
    ...(profile.workspaceId === undefined ? {} : { workspace_id: profile.workspaceId }),
    cloud: profile.cloud.toLowerCase(),
    auth_type: profile.authType ?? "",
    ...(profile.valid === undefined ? {} : { valid: profile.valid }),
    ...(profile.reason === undefined ? {} : { reason: redact(profile.reason) }),
    ...(profile.isDefault ? { default: true } : {}),
  };
}

function textOf(profiles: readonly ProfileStatus[]): string {
  if (profiles.length === 0) return "There are no profiles. Run `mortar auth login --host https://...` to make one.\n";
  const rows = [
    ["Name", "Host", "Signed in by", "Works"],
    ...profiles.map(({ name, host, authType, valid, isDefault }) => [
      // What a file says must not draw on the terminal.
      printable(isDefault ? `${name} (default)` : name),
      printable(host ?? "-"),
      printable(authType ?? "-"),
      verdict(valid),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const reasons = profiles.flatMap(({ name, reason }) =>
    reason === undefined ? [] : [`${printable(name)}: ${printable(redact(reason))}`],
  );
  return `${[...lines, ...(reasons.length === 0 ? [] : ["", ...reasons])].join("\n")}\n`;
}

function verdict(valid: boolean | undefined): string {
  if (valid === undefined) return "not tried";
  return valid ? "yes" : "no";
}
