// The agent's plan as a list of todos: TodoWrite gives it whole; its successors create, change and list one task each.
import { isObject } from "../../../platform/json.ts";
import type { Todo } from "../../contract/events.ts";

export interface Tasks {
  /** The list after a call, where the call itself tells it. */
  called(id: string, name: string, input: unknown): readonly Todo[] | undefined;
  /** The list after a result that changed it. */
  answered(id: string, outcome: unknown): readonly Todo[] | undefined;
}

type Fields = Record<string, unknown>;

export function createTasks(): Tasks {
  const list = new Map<string, Todo>();
  const pending = new Map<string, { readonly name: string; readonly input: Fields }>();
  return {
    called: (id, name, input) => {
      if (!isObject(input)) return undefined;
      if (name === "TodoWrite") return Array.isArray(input["todos"]) ? input["todos"].flatMap(todoOf) : undefined;
      if (/^Task(?:Create|Update|List)$/.test(name)) pending.set(id, { name, input });
      return undefined;
    },
    answered: (id, outcome) => {
      const call = pending.get(id);
      pending.delete(id);
      if (call === undefined || !isObject(outcome)) return undefined;
      const change = changes[call.name];
      if (change === undefined || !change(list, call.input, outcome)) return undefined;
      return [...list.values()];
    },
  };
}

/** Each says whether the list is another now. */
const changes: Readonly<Record<string, (list: Map<string, Todo>, input: Fields, outcome: Fields) => boolean>> = {
  TaskCreate: (list, input, { task }) => {
    if (!isObject(task)) return false;
    const [todo] = todoOf({ ...input, ...task });
    if (todo === undefined) return false;
    list.set(String(task["id"]), todo);
    return true;
  },
  TaskUpdate: (list, input, outcome) => {
    const id = String(input["taskId"]);
    const present = list.get(id);
    if (outcome["success"] !== true) return false;
    if (input["status"] === "deleted") return list.delete(id);
    // One of an earlier turn: its name comes with the next listing.
    if (present === undefined && input["subject"] === undefined) return false;
    const [todo] = todoOf({
      subject: present?.content,
      activeForm: present?.activeForm,
      status: present?.status,
      ...input,
    });
    if (todo !== undefined) list.set(id, todo);
    return todo !== undefined;
  },
  TaskList: (list, _input, { tasks }) => {
    if (!Array.isArray(tasks)) return false;
    const known = new Map(list);
    list.clear();
    for (const task of tasks.filter(isObject)) {
      const id = String(task["id"]);
      const [todo] = todoOf({ activeForm: known.get(id)?.activeForm, ...task });
      if (todo !== undefined) list.set(id, todo);
    }
    return true;
  },
};

const states: readonly string[] = ["pending", "in_progress", "completed"];

function todoOf(value: unknown): Todo[] {
  if (!isObject(value)) return [];
  const content = value["content"] ?? value["subject"];
  if (typeof content !== "string") return [];
  const status = states.includes(String(value["status"])) ? (value["status"] as Todo["status"]) : "pending";
  const active = value["activeForm"];
  return [{ content, status, ...(typeof active === "string" ? { activeForm: active } : {}) }];
}
