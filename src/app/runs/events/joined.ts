// Two events of a run that wait for the database together, made into one where nothing is lost by it.
import type { AnyEvent } from "../../contract/events.ts";

/** A delta as long as this is one for itself, in characters. */
const mostJoined = 32_768;

/** What says the same as `first` and then `second`; undefined where both have to be kept. */
export function joined(first: AnyEvent, second: AnyEvent): AnyEvent | undefined {
  if (first.type === "text_delta" && second.type === "text_delta") {
    return first.text.length > mostJoined ? undefined : { type: "text_delta", text: first.text + second.text };
  }
  if (first.type === "thinking_delta" && second.type === "thinking_delta") {
    if (first.thinking.length > mostJoined) return undefined;
    return { type: "thinking_delta", thinking: first.thinking + second.thinking };
  }
  // Of what is told of one thing, only the last counts.
  if (first.type === "tool_progress" && second.type === "tool_progress") {
    return first.tool_use_id === second.tool_use_id ? second : undefined;
  }
  if (first.type === "operation" && second.type === "operation") {
    return first.operation.id === second.operation.id ? second : undefined;
  }
  return undefined;
}

/** About how much memory an event takes, in characters. */
export function weightOf(event: AnyEvent): number {
  switch (event.type) {
    case "text_delta":
    case "text":
      return event.text.length + overhead;
    case "thinking_delta":
    case "thinking":
      return event.thinking.length + overhead;
    default:
      return JSON.stringify(event).length + overhead;
  }
}

const overhead = 200;
