// Traces of runs, for whoever collects them: MLflow, or any OTLP endpoint.
import type { AgentEvent } from "../contract/events.ts";
import type { WorkspaceAccess } from "../server/caller.ts";

export interface TracedRun {
  readonly runId: string;
  readonly conversationId: string;
  readonly user: string;
  readonly engine: string;
  readonly model: string | null;
  readonly message: string;
  /** A name or an id; null where none is set. */
  readonly experiment: string | null;
  readonly access: WorkspaceAccess;
}

export interface RunTrace {
  event(event: AgentEvent): void;
  /** Sends it. Never throws and never holds up a run: a trace that cannot be sent is logged. */
  end(status: "completed" | "cancelled" | "error" | "interrupted"): Promise<void>;
}

export interface Tracer {
  /** Undefined where tracing is off. */
  begin(run: TracedRun): RunTrace | undefined;
  /** For `/api/config/mlflow/status`. */
  status(): {
    readonly enabled: boolean;
    readonly tracking_uri: string | null;
    readonly experiment_name: string | null;
    readonly info: string;
  };
}
