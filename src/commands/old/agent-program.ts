// What an older program for one agent is: its own command line, and its commands.
import type { CommandContext } from "../../cli/context.ts";
import type { Command, Flags, FlagValues, Group } from "../../cli/spec.ts";
import type { Deps } from "../../platform/deps.ts";

export type OldAgent = "claude" | "codex" | "opencode";

export interface AgentProgram {
  readonly name: "databricks-claude" | "databricks-codex" | "databricks-opencode";
  readonly agent: OldAgent;
  /** The agent's own name. */
  readonly title: string;
  /** The port that this program had. */
  readonly port: number;
  /** The line that starts the agent: our flags among the agent's words. */
  readonly wrapper: Command;
  /** What its first word can be. */
  readonly group: Group;
}

/** What the body of such a command gets. What it returns is its exit code. */
export interface OldContext<F extends Flags = Flags> {
  readonly program: Pick<AgentProgram, "name" | "agent" | "title" | "port">;
  readonly deps: Deps;
  readonly flags: FlagValues<F>;
  readonly positionals: readonly string[];
  readonly signal: AbortSignal;
  readonly build: CommandContext["build"];
}

export type OldBody<F extends Flags = Flags> = (context: OldContext<F>) => Promise<number>;

/** Standard output of the older programs is a contract; everything that is not in it goes here. */
export function say({ deps }: Pick<OldContext, "deps">, text: string): void {
  deps.stderr.write(`${text}\n`);
}
