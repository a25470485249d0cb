// Execution contexts and commands on a running cluster (Command Execution API 1.2).
import type { Json, JsonObject } from "../platform/json.ts";
import type { CallOptions, Client } from "./client.ts";
import { flag, object, objects, requiredId, requiredText, text, texts } from "./fields.ts";

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

const base = "/api/1.2";

export function createCommandsApi(client: Client): CommandsApi {
  return {
    createContext: async (clusterId, language, { signal } = {}) => {
      const body = { clusterId, language };
      const answer = await client.json({ method: "POST", path: `${base}/contexts/create`, body, signal });
      return { contextId: requiredId(answer, "id") };
    },
    contextStatus: async ({ clusterId, contextId }, { signal } = {}) => {
      const query = { clusterId, contextId };
      return requiredText(
        await client.json({ method: "GET", path: `${base}/contexts/status`, query, signal }),
        "status",
      );
    },
    destroyContext: ({ clusterId, contextId }, { signal } = {}) =>
      client.run({ method: "POST", path: `${base}/contexts/destroy`, body: { clusterId, contextId }, signal }),
    execute: async ({ clusterId, contextId }, { language, command, signal }) => {
      const body = { clusterId, contextId, language, command };
      const answer = await client.json({ method: "POST", path: `${base}/commands/execute`, body, signal });
      return { commandId: requiredId(answer, "id") };
    },
    status: async ({ clusterId, contextId, commandId }, { signal } = {}) => {
      const query = { clusterId, contextId, commandId };
      const answer = await client.json({ method: "GET", path: `${base}/commands/status`, query, signal });
      const results = object(answer, "results");
      return {
        commandId,
        state: requiredText(answer, "status"),
        results: results === undefined ? undefined : toResults(results),
      };
    },
    cancel: ({ clusterId, contextId, commandId }, { signal } = {}) => {
      const body = { clusterId, contextId, commandId };
      return client.run({ method: "POST", path: `${base}/commands/cancel`, body, idempotent: true, signal });
    },
  };
}

// While a command runs, `results` may be there without a type.
function toResults(wire: JsonObject): CommandResults | undefined {
  const resultType = text(wire, "resultType");
  if (resultType === undefined) return undefined;
  const fileName = text(wire, "fileName");
  return {
    resultType,
    data: wire["data"],
    schema: objects(wire, "schema").map(toColumn),
    isJsonSchema: flag(wire, "isJsonSchema"),
    truncated: flag(wire, "truncated"),
    summary: text(wire, "summary"),
    cause: text(wire, "cause"),
    fileNames: [...(fileName === undefined ? [] : [fileName]), ...texts(wire, "fileNames")],
  };
}

function toColumn(wire: JsonObject): CommandColumn {
  const type = wire["type"];
  return { name: text(wire, "name") ?? "", type: typeof type === "string" ? type : JSON.stringify(type ?? "") };
}
