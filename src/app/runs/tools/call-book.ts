// Which of the agent's calls a request of its MCP client belongs to, so that progress is shown where it was called.
import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../../platform/json.ts";
import type { AnyEvent } from "../../contract/events.ts";

export interface CallBook {
  /** Takes note of calls as the agent makes them, and as they end. */
  note(event: AnyEvent): void;
  /** A request for `name` has come: what gives the id of its call, which may become known only later. */
  claim(name: string, input: unknown, meta: unknown): () => string | undefined;
}

interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  claimed: boolean;
}

export function createCallBook(): CallBook {
  const calls = new Map<string, Call>();
  const find = (name: string, input: unknown): string | undefined => {
    const own = [...calls.values()].filter((call) => !call.claimed && isCalled(call.name, name));
    const call = own.find((one) => isDeepStrictEqual(one.input, input)) ?? own[0];
    if (call !== undefined) call.claimed = true;
    return call?.id;
  };
  return {
    note: (event) => {
      if (event.type === "tool_use") {
        calls.set(event.tool_id, { id: event.tool_id, name: event.tool_name, input: event.tool_input, claimed: false });
      }
      if (event.type === "tool_result") calls.delete(event.tool_use_id);
    },
    claim: (name, input, meta) => {
      const said = isObject(meta) ? meta[claudeKey] : undefined;
      let id = typeof said === "string" ? said : find(name, input);
      return () => (id ??= find(name, input));
    },
  };
}

/** Claude Code says which call it is. */
const claudeKey = "claudecode/toolUseId";

/** Agents put different things before the name of a tool. */
function isCalled(agents: string, own: string): boolean {
  return agents === own || agents.endsWith(`__${own}`) || agents.endsWith(`.${own}`) || agents.endsWith(`/${own}`);
}
