// Arguments of tools as they may be stored and shown: what holds a secret is left out.
import { isObject } from "../../../platform/json.ts";
import type { AnyEvent } from "../../contract/events.ts";

const hidden = "***";

/** Arguments of our own tools that are secrets by themselves. */
const secretArguments: Readonly<Record<string, readonly string[]>> = {
  put_secret: ["value", "string_value", "secret_value"],
};

const secretName =
  /(?:^|[_-])(?:password|passwd|pwd|passphrase|token|secret|api_?key|access_?key|private_?key|credentials?|connection_?string)$/i;

/** The input of a call without its secrets. The agent's own tools, which show files and commands, are left as they are. */
export function withoutSecrets(toolName: string, input: unknown): unknown {
  if (!toolName.startsWith("mcp__")) return input;
  const own = secretArguments[toolName.slice(toolName.lastIndexOf("__") + 2)] ?? [];
  return masked(input, own);
}

/** The event as it may leave this process. */
export function storable(event: AnyEvent): AnyEvent {
  switch (event.type) {
    case "tool_use":
      return { ...event, tool_input: withoutSecrets(event.tool_name, event.tool_input) };
    case "tool_result":
      return bounded(event);
    default:
      return event;
  }
}

/** One result is at most so long in the database and on the page, in characters. */
const mostResult = 400_000;

function bounded(event: Extract<AnyEvent, { type: "tool_result" }>): AnyEvent {
  const { structured, ...rest } = event;
  const isHuge = structured !== undefined && JSON.stringify(structured).length > mostResult;
  const { content } = event;
  const shown = content.length <= mostResult ? content : `${content.slice(0, mostResult)}\n… (cut here: it is longer)`;
  return { ...rest, content: shown, ...(structured === undefined || isHuge ? {} : { structured }) };
}

function masked(value: unknown, own: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => masked(one, own));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const isSecret = typeof one === "string" && one !== "" && (own.includes(name) || secretName.test(name));
      return [name, isSecret ? hidden : masked(one, own)];
    }),
  );
}
