// SQL statements on a warehouse (Statement Execution API 2.0). What a statement is stands in statement.ts.
import type { CallOptions, Client } from "./client.ts";
import { segment } from "./query.ts";
import { toChunk, toStatement, type Statement, type StatementChunk } from "./statement.ts";

export type { Statement, StatementChunk } from "./statement.ts";

export interface StatementParameter {
  readonly name: string;
  /** NULL when null. */
  readonly value: string | null;
  /** Default STRING. */
  readonly type?: string | undefined;
}

export interface StatementRequest {
  readonly statement: string;
  readonly warehouseId: string;
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly parameters?: readonly StatementParameter[] | undefined;
  readonly rowLimit?: number | undefined;
  readonly byteLimit?: number | undefined;
  /** 0 (return at once) or 5 to 50 seconds. Default 10. */
  readonly waitSeconds?: number | undefined;
  /** Default CONTINUE. */
  readonly onWaitTimeout?: "CONTINUE" | "CANCEL" | undefined;
  /** Default INLINE. */
  readonly disposition?: "INLINE" | "EXTERNAL_LINKS" | undefined;
  /** Default JSON_ARRAY, the only one for INLINE. */
  readonly format?: "JSON_ARRAY" | "ARROW_STREAM" | "CSV" | undefined;
}

export interface StatementsApi {
  /** A statement that fails is not an error of this call: `state` and `error` say so. */
  execute(request: StatementRequest, options?: CallOptions): Promise<Statement>;
  get(statementId: string, options?: CallOptions): Promise<Statement>;
  chunk(statementId: string, chunkIndex: number, options?: CallOptions): Promise<StatementChunk>;
  cancel(statementId: string, options?: CallOptions): Promise<void>;
}

const base = "/api/2.0/sql/statements";

export function createStatementsApi(client: Client): StatementsApi {
  const pathOf = (statementId: string): `/${string}` => `${base}/${segment(statementId, "statement id")}`;
  return {
    execute: async (request, { signal } = {}) => {
      // The answer may take as long as it was asked to wait, and a first chunk of 25 MB on top.
      const timeoutMs = (request.waitSeconds ?? 10) * 1000 + 60_000;
      return toStatement(
        await client.json({ method: "POST", path: base, body: wireRequest(request), timeoutMs, signal }),
      );
    },
    get: async (statementId, { signal } = {}) =>
      toStatement(await client.json({ method: "GET", path: pathOf(statementId), signal })),
    chunk: async (statementId, chunkIndex, { signal } = {}) => {
      const path: `/${string}` = `${pathOf(statementId)}/result/chunks/${chunkIndex}`;
      return toChunk(await client.json({ method: "GET", path, signal }));
    },
    cancel: async (statementId, { signal } = {}) =>
      client.run({ method: "POST", path: `${pathOf(statementId)}/cancel`, idempotent: true, signal }),
  };
}

function wireRequest(request: StatementRequest): object {
  return {
    statement: request.statement,
    warehouse_id: request.warehouseId,
    catalog: request.catalog,
    schema: request.schema,
    // NULL is a parameter without a value.
    parameters: request.parameters?.map(({ name, value, type }) => ({ name, value: value ?? undefined, type })),
    row_limit: request.rowLimit,
    byte_limit: request.byteLimit,
    wait_timeout: request.waitSeconds === undefined ? undefined : `${request.waitSeconds}s`,
    on_wait_timeout: request.onWaitTimeout,
    disposition: request.disposition,
    format: request.format,
  };
}
