// The events of one update, in the words of the event log.
import type { JsonObject } from "../../platform/json.ts";
import type { PipelineDocument, UpdateDocument } from "./documents.ts";
import { exceptionOf } from "./exception.ts";
import type { PipelineRecords } from "./records.ts";
import type { Written } from "./write.ts";

export interface UpdateEvents {
  created(): void;
  progress(state: string, error?: Error): void;
  dataset(name: string, kind: string): void;
  flow(name: string, status: string): void;
  flowDone(name: string, written: Written): void;
  flowSkipped(name: string, upstream: string): void;
  flowFailed(name: string, message: string, error: Error): void;
}

interface Around {
  readonly records: PipelineRecords;
  readonly pipeline: PipelineDocument;
  readonly update: UpdateDocument;
  readonly workspaceId: string;
}

export function updateEvents({ records, pipeline, update, workspaceId }: Around): UpdateEvents {
  const { pipelineId, updateId, validateOnly } = update;
  const origin: JsonObject = {
    cloud: "AWS",
    region: "local",
    org_id: workspaceId,
    pipeline_id: pipelineId,
    pipeline_name: pipeline.name,
    update_id: updateId,
    request_id: updateId,
  };
  const short = updateId.slice(0, 6);
  const add = (type: string, message: string, more: Partial<Parameters<PipelineRecords["addEvent"]>[1]> = {}): void =>
    records.addEvent(pipelineId, { level: "INFO", type, message, ...more, origin: { ...origin, ...more.origin } });
  const ofFlow = (name: string): JsonObject => ({ flow_name: name, dataset_name: name });
  return {
    created: () => {
      const details = {
        create_update: { cause: update.cause, full_refresh: update.fullRefresh, validate_only: validateOnly },
      };
      add("create_update", `Update ${short} started by ${update.cause}.`, { details });
    },
    progress: (state, error) => {
      add("update_progress", `Update ${short} ${wordsOf(state)}.`, {
        level: error === undefined ? "INFO" : "ERROR",
        details: { update_progress: { state } },
        ...(error === undefined ? {} : { error: { fatal: true, exceptions: [exceptionOf(error)] } }),
      });
    },
    dataset: (name, kind) => {
      const type = kind === "streaming" ? "STREAMING_TABLE" : "MATERIALIZED_VIEW";
      add("dataset_definition", `Dataset '${name}' defined as ${type}.`, {
        origin: { dataset_name: name },
        details: { dataset_definition: { dataset_type: type } },
      });
    },
    flow: (name, status) => {
      add("flow_progress", `Flow '${name}' is ${status}.`, {
        origin: ofFlow(name),
        details: { flow_progress: { status } },
      });
    },
    flowDone: (name, { rows, dropped, expectations }) => {
      const quality =
        expectations.length === 0
          ? {}
          : { data_quality: { dropped_records: dropped, expectations: [...expectations] } };
      add("flow_progress", `Flow '${name}' has COMPLETED.`, {
        origin: ofFlow(name),
        details: {
          flow_progress: { status: "COMPLETED", metrics: { num_output_rows: rows }, ...quality },
        } as JsonObject,
      });
    },
    flowSkipped: (name, upstream) => {
      add("flow_progress", `Flow '${name}' has been skipped because upstream '${upstream}' failed.`, {
        level: "WARN",
        origin: ofFlow(name),
        details: { flow_progress: { status: "SKIPPED" } },
      });
    },
    flowFailed: (name, message, error) => {
      add("flow_progress", message, {
        level: "ERROR",
        origin: ofFlow(name),
        details: { flow_progress: { status: "FAILED" } },
        error: { fatal: true, exceptions: [exceptionOf(error)] },
      });
    },
  };
}

function wordsOf(state: string): string {
  if (state === "COMPLETED" || state === "FAILED") return `has ${state === "COMPLETED" ? "completed" : "failed"}`;
  return `is ${state}`;
}
