// Execution contexts and commands on a running cluster (Command Execution API 1.2).
import type { Json } from "../platform/json.ts";
import type { CallOptions } from "./client.ts";

export type ContextLanguage = "python" | "scala" | "sql" | "r";
export type ContextStatus = "Pending" | "Running" | "Error" | (string & {});
export type CommandState = "Queued" | "Running" | "Cancelling" | "Finished" | "Cancelled" | "Error" | (string & {});
export type CommandResultType = "text" | "table" | "image" | "images" | "error" | (string & {});

export interface ContextRef {
  readonly clusterId: string;
  readonly contextId: string;
}

export interface CommandRef extends ContextRef {
  readonly commandId: string;
}

export interface CommandColumn {
  readonly name: string;
  /** A type name, or a JSON document as text where `isJsonSchema`. */
  readonly type: string;
}

export interface CommandResults {
  readonly resultType: CommandResultType;
  /** Text, or rows of a table. */
  readonly data: Json | undefined;
  readonly schema: readonly CommandColumn[];
  readonly isJsonSchema: boolean;
  /** The workspace cut the data. */
  readonly truncated: boolean;
  /** Of an error: one line; may hold HTML or terminal colours. */
  readonly summary: string | undefined;
  /** Of an error: the trace; may hold HTML or terminal colours. */
  readonly cause: string | undefined;
  /** `data:image/png;base64,...` or `/plots/x.png`. */
  readonly fileNames: readonly string[];
}

export interface CommandStatus {
  readonly commandId: string;
  readonly state: CommandState;
  readonly results: CommandResults | undefined;
}

export interface ExecuteOptions extends CallOptions {
  readonly language: ContextLanguage;
  readonly command: string;
}

/** A context that is gone (restarted cluster, destroyed) is `not_found` with the hint to create a new one. */
export interface CommandsApi {
  createContext(
    clusterId: string,
    language: ContextLanguage,
    options?: CallOptions,
  ): Promise<{ readonly contextId: string }>;
  contextStatus(context: ContextRef, options?: CallOptions): Promise<ContextStatus>;
  destroyContext(context: ContextRef, options?: CallOptions): Promise<void>;
  execute(context: ContextRef, options: ExecuteOptions): Promise<{ readonly commandId: string }>;
  status(command: CommandRef, options?: CallOptions): Promise<CommandStatus>;
  /** Asks for the end; the command ends a little later. */
  cancel(command: CommandRef, options?: CallOptions): Promise<void>;
}
