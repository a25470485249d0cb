// The name that this program was started by: a link can make it stand in for an older one.

/** Programs that a link of their name makes of this one. */
export const oldProgramNames = [
  "databricks-claude",
  "databricks-codex",
  "databricks-opencode",
  "databricks-agents",
  "databricks-claude-credential-helper",
] as const;

export type OldProgramName = (typeof oldProgramNames)[number];

/**
 * As the first word, it makes what stands behind it words of mortar itself. What starts this program again puts it there
 * where the file has one of those names: a copy, or a hard link as Windows has them.
 */
export const ownNameWord = "__mortar";

/** `databricks-claude` from `C:\bin\databricks-claude.EXE`; undefined for a name that is none of an older program. */
export function oldProgramName(path: string): OldProgramName | undefined {
  const file = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).replace(/\.exe$/i, "");
  return oldProgramNames.find((name) => name === file || (path.includes("\\") && name === file.toLowerCase()));
}
