// The waits of the workspace: for a cluster, a context, a command, a run, a statement.
// Each returns the last state that was seen, also when the time is over: the work then goes on and can be waited for again.
import type { Cluster } from "./clusters.ts";
import type { CommandRef, CommandStatus, ContextRef, ContextStatus } from "./commands.ts";
import { pollUntil, type WaitOptions, type Waited } from "./poll.ts";
import type { Run } from "./runs.ts";
import type { Statement } from "./statements.ts";
import type { Workspace } from "./workspace.ts";

const clusterEnds: readonly string[] = ["RUNNING", "TERMINATED", "ERROR"];
const contextEnds: readonly string[] = ["Running", "Error"];
const commandEnds: readonly string[] = ["Finished", "Cancelled", "Error"];

/** Until it is RUNNING, or will not be (TERMINATED, ERROR): the caller looks at `last.state`. */
export function waitForCluster(
  { client, clusters }: Pick<Workspace, "client" | "clusters">,
  clusterId: string,
  options: WaitOptions<Cluster>,
): Promise<Waited<Cluster>> {
  const done = ({ state }: Cluster): boolean => clusterEnds.includes(state);
  return pollUntil(client.clock, (signal) => clusters.get(clusterId, { signal }), { ...options, done });
}

/** Until it is Running or Error. */
export function waitForContext(
  { client, commands }: Pick<Workspace, "client" | "commands">,
  context: ContextRef,
  options: WaitOptions<ContextStatus>,
): Promise<Waited<ContextStatus>> {
  const done = (status: ContextStatus): boolean => contextEnds.includes(status);
  return pollUntil(client.clock, (signal) => commands.contextStatus(context, { signal }), { ...options, done });
}

/** Until it is Finished, Cancelled or Error. The first waits are short: most cells take a moment. */
export function waitForCommand(
  { client, commands }: Pick<Workspace, "client" | "commands">,
  command: CommandRef,
  options: WaitOptions<CommandStatus>,
): Promise<Waited<CommandStatus>> {
  const done = ({ state }: CommandStatus): boolean => commandEnds.includes(state);
  const delays = { firstDelayMs: options.firstDelayMs ?? 250 };
  return pollUntil(client.clock, (signal) => commands.status(command, { signal }), { ...options, ...delays, done });
}

/** Until the run has ended, however it ended. */
export function waitForRun(
  { client, runs }: Pick<Workspace, "client" | "runs">,
  runId: string,
  options: WaitOptions<Run>,
): Promise<Waited<Run>> {
  const done = ({ state }: Run): boolean => state.ended;
  return pollUntil(client.clock, (signal) => runs.get(runId, { signal }), { ...options, done });
}

/** Until the statement has ended, however it ended. */
export function waitForStatement(
  { client, statements }: Pick<Workspace, "client" | "statements">,
  statementId: string,
  options: WaitOptions<Statement>,
): Promise<Waited<Statement>> {
  const done = ({ ended }: Statement): boolean => ended;
  return pollUntil(client.clock, (signal) => statements.get(statementId, { signal }), { ...options, done });
}
