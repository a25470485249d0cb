// SQL statements on a warehouse (Statement Execution API 2.0).
import type { CallOptions } from "./client.ts";

export type StatementState = "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELED" | "CLOSED" | (string & {});

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

export interface StatementColumn {
  readonly name: string;
  readonly position: number;
  /** BOOLEAN, LONG, STRING, DECIMAL, STRUCT ... */
  readonly typeName: string;
  /** `DECIMAL(10,2)`. */
  readonly typeText: string;
}

export interface StatementManifest {
  readonly format: string | undefined;
  readonly columns: readonly StatementColumn[];
  readonly totalRowCount: number | undefined;
  readonly totalByteCount: number | undefined;
  readonly totalChunkCount: number | undefined;
  /** `rowLimit` or `byteLimit` cut the result. */
  readonly truncated: boolean;
}

export interface ExternalLink {
  /** Carries its own credentials: never send Authorization to it, and never show it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiration: string | undefined;
  readonly chunkIndex: number;
  readonly rowCount: number | undefined;
  readonly byteCount: number | undefined;
  readonly nextChunkIndex: number | undefined;
}

export interface StatementChunk {
  readonly chunkIndex: number;
  readonly rowOffset: number;
  /** Every value is text or null, whatever its type. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly externalLinks: readonly ExternalLink[];
  /** Undefined on the last chunk. */
  readonly nextChunkIndex: number | undefined;
}

export interface Statement {
  readonly statementId: string;
  readonly state: StatementState;
  readonly error: { readonly code: string | undefined; readonly message: string } | undefined;
  readonly sqlState: string | undefined;
  readonly manifest: StatementManifest | undefined;
  /** The first chunk, once it has succeeded. */
  readonly result: StatementChunk | undefined;
  /** True when nothing more will happen. */
  readonly ended: boolean;
}

export interface StatementsApi {
  /** A statement that fails is not an error of this call: `state` and `error` say so. */
  execute(request: StatementRequest, options?: CallOptions): Promise<Statement>;
  get(statementId: string, options?: CallOptions): Promise<Statement>;
  chunk(statementId: string, chunkIndex: number, options?: CallOptions): Promise<StatementChunk>;
  cancel(statementId: string, options?: CallOptions): Promise<void>;
}
