// The machines that releases are made for, and what their files are called.

export const targets = [
  "linux-x64",
  "linux-arm64",
  "linux-x64-musl",
  "darwin-arm64",
  "darwin-x64",
  "windows-x64",
  "windows-arm64",
] as const;

export type Target = (typeof targets)[number];

export const sumsName = "SHA256SUMS";
export const signatureName = "SHA256SUMS.minisig";
export const feedName = "latest.json";

export function isTarget(name: string): name is Target {
  return (targets as readonly string[]).includes(name);
}

export function isWindows(target: Target): boolean {
  return target.startsWith("windows-");
}

/** Name of the program's file: `mortar`, or `mortar.exe` on Windows. */
export function programName(target: Target): string {
  return isWindows(target) ? "mortar.exe" : "mortar";
}

/** The one folder inside an archive: `mortar-1.2.3-linux-x64`. */
export function archiveFolder(version: string, target: Target): string {
  return `mortar-${version}-${target}`;
}

/** Name of a release's archive. It carries the version, so that a signed list of names and hashes binds all three. */
export function archiveName(version: string, target: Target): string {
  return `${archiveFolder(version, target)}${isWindows(target) ? ".zip" : ".tar.gz"}`;
}

/** The second name that every install gives to the program: Claude Desktop runs it for a token. */
export const helperName = "databricks-claude-credential-helper";

/** Names of the programs that this one replaces; an install gives them on request. */
export const oldNames = ["databricks-claude", "databricks-codex", "databricks-opencode", "databricks-agents"] as const;
