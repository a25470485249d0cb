// Statements that ran on warehouses, as the query history tells of them.
import type { World } from "../../world.ts";
import type { StatementDocument } from "./statements.ts";

export interface StatementRecord {
  readonly id: string;
  readonly text: string;
  /** SELECT, INSERT, CREATE, ...: the first word of the statement. */
  readonly type: string;
  readonly status: "QUEUED" | "RUNNING" | "FINISHED" | "FAILED" | "CANCELED";
  readonly error: string | undefined;
  readonly user: string;
  readonly warehouseId: string;
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
  readonly durationMs: number;
  readonly rows: number | undefined;
}

const statuses = {
  PENDING: "QUEUED",
  RUNNING: "RUNNING",
  SUCCEEDED: "FINISHED",
  CLOSED: "FINISHED",
  FAILED: "FAILED",
  CANCELED: "CANCELED",
} as const;

/** Every one that is remembered, the newest first. */
export function statementRecords(world: World): readonly StatementRecord[] {
  return world.store
    .collection<StatementDocument>("sql_statements")
    .all()
    .map((one) => recordOf(world, one))
    .toReversed();
}

function recordOf(world: World, { id, request, user, state, error, result, createdAt, finishedAt }: StatementDocument) {
  return {
    id,
    text: request.statement,
    type: /[a-z]+/i.exec(request.statement.replaceAll(/--.*|\/\*[\s\S]*?\*\//g, ""))?.[0].toUpperCase() ?? "OTHER",
    status: statuses[state],
    error: error?.message,
    user,
    warehouseId: request.warehouseId,
    startedAt: createdAt,
    finishedAt,
    durationMs: (finishedAt ?? world.clock.now()) - createdAt,
    rows: result?.rowCount,
  };
}
