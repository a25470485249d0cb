// The waits of the workspace: for a cluster, a context, a command, a run, a statement.
import type { Cluster } from "./clusters.ts";
import type { CommandRef, CommandStatus, ContextRef, ContextStatus } from "./commands.ts";
import type { WaitOptions, Waited } from "./poll.ts";
import type { Run } from "./runs.ts";
import type { Statement } from "./statements.ts";
import type { Workspace } from "./workspace.ts";

/** Until it is RUNNING, or will not be (TERMINATED, ERROR): the caller looks at `last.state`. Returns, not throws, when the time is over. */
export declare function waitForCluster(
  workspace: Workspace,
  clusterId: string,
  options: WaitOptions<Cluster>,
): Promise<Waited<Cluster>>;
/** Until it is Running or Error. */
export declare function waitForContext(
  workspace: Workspace,
  context: ContextRef,
  options: WaitOptions<ContextStatus>,
): Promise<Waited<ContextStatus>>;
/** Until it is Finished, Cancelled or Error. */
export declare function waitForCommand(
  workspace: Workspace,
  command: CommandRef,
  options: WaitOptions<CommandStatus>,
): Promise<Waited<CommandStatus>>;
/** Until the run has ended, however it ended. */
export declare function waitForRun(
  workspace: Workspace,
  runId: string,
  options: WaitOptions<Run>,
): Promise<Waited<Run>>;
/** Until the statement has ended, however it ended. */
export declare function waitForStatement(
  workspace: Workspace,
  statementId: string,
  options: WaitOptions<Statement>,
): Promise<Waited<Statement>>;
