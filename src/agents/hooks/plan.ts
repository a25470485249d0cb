// What hooks are for an agent: the edits that put them into its settings, so that sessions find the proxy without a wrapper.
import type { Deps } from "../../platform/deps.ts";
import type { EditRequest, FileRequest } from "../../platform/edits/edits.ts";
import type { Secret } from "../../platform/secret.ts";

export type HookedAgent = "claude" | "codex" | "opencode";

export const hookedAgents: readonly HookedAgent[] = ["claude", "codex", "opencode"];

/** Those whose sessions can call this program: Gemini CLI does when setup has told it to. */
export type SessionAgent = HookedAgent | "gemini";

export const sessionAgents: readonly SessionAgent[] = [...hookedAgents, "gemini"];

export interface HookTarget {
  /** Words that start this program, and stay right when it is updated. */
  readonly program: readonly [string, ...string[]];
  readonly profile: string;
  readonly port: number;
  /** Bases of the dialects on the proxy. */
  readonly anthropic: string;
  readonly responses: string;
  readonly key: Secret;
  /** Where the proxy speaks TLS. */
  readonly caFile?: string | undefined;
  /** By which Claude Code sends its telemetry, where some is switched on. */
  readonly telemetry: Readonly<Record<string, string>>;
}

export type HookDeps = Pick<Deps, "env" | "os" | "paths" | "clock">;

export interface HookEdit extends Omit<EditRequest, "owner"> {
  /** Takes out what is ours and on nobody's record: for a file that nobody else of us has changed. */
  readonly orphans?: (text: string) => string;
}

export interface HookPlan {
  readonly edits: readonly HookEdit[];
  readonly files: readonly Omit<FileRequest, "owner">[];
  /** Files of older programs, to be removed for good. */
  readonly leftovers: readonly string[];
  /** What the person should know. */
  readonly notes: readonly string[];
}

export interface HookAgent {
  readonly name: HookedAgent;
  readonly title: string;
  readonly plan: (deps: HookDeps, target: HookTarget) => Promise<HookPlan>;
  /** What older programs left in its settings, to be taken out where ours are not wanted either. */
  readonly clean: (deps: HookDeps) => Promise<Pick<HookPlan, "edits" | "leftovers">>;
}

/** On whose behalf the edits of an agent's hooks are on record. */
export function ownerOf(agent: HookedAgent): string {
  return `hooks-${agent}`;
}
