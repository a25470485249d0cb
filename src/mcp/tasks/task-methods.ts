// tasks/get, tasks/update and tasks/cancel. Clients that do not declare the extension have none of them.
import {
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  type Server,
  type ServerContext,
  type StandardSchemaV1,
} from "@modelcontextprotocol/server";
import type { Clock } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import type { CallTask, TaskStore, TaskView } from "./task-store.ts";

const tasksExtension = "io.modelcontextprotocol/tasks";

/** Whether this request's client takes a task in the place of a result. The older era has no such requests. */
export function takesTasks({ envelope }: Pick<ServerContext["mcpReq"], "envelope">): boolean {
  const own: unknown = envelope === undefined ? undefined : Reflect.get(envelope, CLIENT_CAPABILITIES_META_KEY);
  const extensions = isObject(own) ? own["extensions"] : undefined;
  return isObject(extensions) && isObject(extensions[tasksExtension]);
}

/** Declares the extension on a server that is not connected yet. */
export function registerTasks(
  server: Server,
  { clock, tasks }: { readonly clock: Clock; readonly tasks: TaskStore },
): void {
  server.registerCapabilities({ extensions: { [tasksExtension]: {} } });
  const on = (method: string, answer: (task: CallTask) => Partial<TaskView>): void => {
    server.setRequestHandler(method, { params: anyParams }, ({ taskId }, { mcpReq }) => {
      if (mcpReq.envelope === undefined) throw new ProtocolError(-32_601, "Method not found");
      if (!takesTasks(mcpReq)) {
        throw new MissingRequiredClientCapabilityError({
          requiredCapabilities: { extensions: { [tasksExtension]: {} } },
        });
      }
      const task = typeof taskId === "string" ? tasks.find(clock, taskId) : undefined;
      if (task === undefined) throw new ProtocolError(-32_602, "There is no such task, or it is no longer kept");
      return { ...answer(task) };
    });
  };
  on("tasks/get", (task) => task.view());
  on("tasks/cancel", (task) => {
    task.cancel();
    return {};
  });
  // What a call asks, it asks before it becomes a task.
  on("tasks/update", () => ({}));
}

const anyParams: StandardSchemaV1<unknown, Readonly<Record<string, unknown>>> = {
  "~standard": {
    version: 1,
    vendor: "mortar",
    validate: (value) => ({ value: isObject(value) ? value : {} }),
  },
};
