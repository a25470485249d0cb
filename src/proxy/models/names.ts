// What the name of a model says: its family, its version, and whether Claude Code needs its marker for the long context.

export type ClaudeFamily = "opus" | "sonnet" | "haiku" | "fable";

export const claudeFamilies: readonly ClaudeFamily[] = ["opus", "sonnet", "haiku", "fable"];

export interface ModelName {
  /** `claude-opus-5-5`: without catalog, schema and the prefix of endpoints. */
  readonly bare: string;
  /** `claude-opus`, `gpt`, `gemini`: what its versions have in common. New ones appear. */
  readonly family: string;
  /** Numbers, the most significant first: [5, 5]. A version that is missing is [0]. */
  readonly version: readonly number[];
}

/** Reads a name of either style. Versions may be of the major number alone (`claude-sonnet-5`); dates are no version. */
export function readModelName(id: string): ModelName {
  const bare = id
    .replace(/^.*\./, "")
    .replace(/^databricks-/, "")
    .replace(/-20\d{6}$/, "");
  const match = /^(.*?)-?(\d{1,2})(?:[-.](\d{1,2}))?(?=$|-(?!\d))(.*)$/.exec(bare);
  if (match === null) return { bare, family: bare, version: [0] };
  const [, before = "", major = "0", minor, after = ""] = match;
  // `claude-3-7-sonnet`: Anthropic's older names have the version first.
  const family = `${before}${/^-(?:opus|sonnet|haiku)\b/.test(after) ? after.replace(/^-(\w+).*/, "-$1") : ""}`;
  return { bare, family, version: [Number(major), Number(minor ?? 0)] };
}

/** Negative when the first is newer. */
export function compareVersions(one: readonly number[], other: readonly number[]): number {
  const difference = [0, 1].map((at) => (other[at] ?? 0) - (one[at] ?? 0)).find((value) => value !== 0);
  return difference ?? 0;
}

/** The family of a Claude model; undefined for all others, and for families that we do not know. */
export function claudeFamily(id: string): ClaudeFamily | undefined {
  const { family } = readModelName(id);
  return claudeFamilies.find((name) => family === `claude-${name}`);
}

/**
 * Whether Claude Code takes the long context only when the name ends with `[1m]`: opus and sonnet from 4.6 to before 5,
 * which has it by itself. The marker is for the agent, and never goes to the workspace.
 */
export function wantsLongMarker(id: string): boolean {
  const family = claudeFamily(id);
  const [major = 0, minor = 0] = readModelName(id).version;
  return (family === "opus" || family === "sonnet") && major === 4 && minor >= 6;
}
