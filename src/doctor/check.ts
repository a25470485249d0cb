// What a check is: a question about this machine or the workspace, with what was seen and what mends it.
import type { Deps } from "../platform/deps.ts";
import type { Facts } from "./facts.ts";
import type { CheckGroup } from "./groups.ts";

export type State = "pass" | "warn" | "fail" | "skip";

export interface Fix {
  /** What it does, as in "Close the file to others". */
  readonly title: string;
  /** It loses nothing and can be done without a question. */
  readonly safe: boolean;
  apply(): Promise<void>;
}

export interface Finding {
  readonly state: State;
  /** What was seen, without secrets. */
  readonly seen: string;
  /** The command or the step that mends it. */
  readonly cure?: string | undefined;
  readonly fix?: Fix | undefined;
}

/** What the doctor cannot know by itself: rooms above it, and the network below `fetch`. */
export interface Surroundings {
  /** The program's version. */
  readonly version: string;
  /** Words that start this program. */
  readonly self: readonly [string, ...string[]];
  /** Completion scripts of the shells, where they are installed or wanted. */
  readonly completion: () => Promise<readonly CompletionPlace[]>;
  /** What Claude Desktop goes by on this machine; undefined where nobody has set it up. */
  readonly desktop: () => Promise<DesktopSettings | undefined>;
  /** The certificates that a server shows, its own first. */
  readonly certificates: (host: URL, signal: AbortSignal) => Promise<readonly PeerCertificate[]>;
  /** Whether somebody answers on a port of this machine. */
  readonly listens: (port: number, host: string, signal: AbortSignal) => Promise<boolean>;
  /** Free bytes where the folder lies. */
  readonly freeBytes: (folder: string) => Promise<number>;
  /** The processor that the system has, and the one that this program is made for. */
  readonly processors: () => Promise<{ readonly own: string; readonly system: string }>;
}

export interface DesktopSettings {
  /** Where they stand: an administrator's policy, or an entry of the app's own library. */
  readonly source: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface CompletionPlace {
  readonly shell: string;
  readonly path: string;
  readonly state: "absent" | "current" | "outdated" | "foreign";
  /** New shells read it. */
  readonly active: boolean;
  /** It comes from elsewhere: a package, or a line of a start file. */
  readonly elsewhere: boolean;
  /** The shell that the person uses. */
  readonly own: boolean;
  install(): Promise<void>;
}

export interface PeerCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** It is one of the authorities that every system trusts. */
  readonly isPublic: boolean;
}

export interface CheckContext {
  readonly deps: Deps;
  readonly around: Surroundings;
  /** What several checks ask, asked once. */
  readonly facts: Facts;
  /** Ends with the check's time limit. */
  readonly signal: AbortSignal;
}

export interface Check {
  /** `group.name`: stable, for scripts. */
  readonly id: string;
  readonly group: CheckGroup;
  readonly title: string;
  /** Checks without which this one cannot be made: it is skipped when one of them fails or is skipped. */
  readonly needs?: readonly string[];
  /** Unless 10 s. */
  readonly limitMs?: number;
  run(context: CheckContext): Promise<Finding | readonly Finding[]>;
}

export function pass(seen: string): Finding {
  return { state: "pass", seen };
}

export function skip(seen: string): Finding {
  return { state: "skip", seen };
}

export function warn(seen: string, cure?: string, fix?: Fix): Finding {
  return { state: "warn", seen, cure, fix };
}

export function fail(seen: string, cure?: string, fix?: Fix): Finding {
  return { state: "fail", seen, cure, fix };
}

/** The findings, or that all is well where there are none. */
export function orPass(findings: readonly Finding[], seen: string): readonly Finding[] {
  return findings.length === 0 ? [pass(seen)] : findings;
}
