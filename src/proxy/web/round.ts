// One answer of the model, put together from its events: what it said, and which tools it called.
import { isObject } from "../../platform/json.ts";

/** A call of a tool as the model has made it. */
export interface ModelCall {
  /** The workspace's id. */
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it; it may be cut off. */
  readonly input: string;
}

/** A block that grows with its events. */
export interface GrowingBlock {
  readonly start: Readonly<Record<string, unknown>>;
  add(delta: unknown): void;
  /** The call, where the block is one. */
  call(): ModelCall | undefined;
  /** JSON text of the block as a conversation holds it; undefined for an empty text, which would be refused. */
  json(): string | undefined;
}

/** platform.claude.com, "Streaming messages": the kinds of delta. */
const pieces: Readonly<Record<string, string>> = {
  text_delta: "text",
  thinking_delta: "thinking",
  signature_delta: "signature",
  input_json_delta: "partial_json",
};

export function growBlock(start: Readonly<Record<string, unknown>>): GrowingBlock {
  const grown = new Map<string, string[]>();
  const citations: unknown[] = [];
  const text = (name: string): string => {
    const before = start[name];
    return (typeof before === "string" ? before : "") + (grown.get(name) ?? []).join("");
  };
  const input = (): string => {
    const written = (grown.get("partial_json") ?? []).join("");
    return written.trim() === "" ? JSON.stringify(start["input"] ?? {}) : written;
  };
  return {
    start,
    add: (delta) => {
      if (!isObject(delta)) return;
      if (delta["type"] === "citations_delta") citations.push(delta["citation"]);
      const name = pieces[String(delta["type"])];
      const piece = name === undefined ? undefined : delta[name];
      if (name === undefined || typeof piece !== "string") return;
      const before = grown.get(name);
      if (before === undefined) grown.set(name, [piece]);
      else before.push(piece);
    },
    call: () =>
      start["type"] === "tool_use"
        ? { id: String(start["id"]), name: String(start["name"]), input: input() }
        : undefined,
    json: () => {
      switch (start["type"]) {
        case "text": {
          const whole = text("text");
          const cited = citations.length === 0 ? {} : { citations };
          return whole === "" ? undefined : JSON.stringify({ ...start, text: whole, ...cited });
        }
        case "thinking":
          return JSON.stringify({ ...start, thinking: text("thinking"), signature: text("signature") });
        case "tool_use":
          return callJson(start, input());
        default:
          return JSON.stringify(start);
      }
    },
  };
}

/** The input keeps its bytes: numbers may be longer than JavaScript's. One that was cut off would not be JSON. */
function callJson(start: Readonly<Record<string, unknown>>, input: string): string {
  const { input: _input, ...rest } = start;
  return `${JSON.stringify(rest).slice(0, -1)},"input":${isJson(input) ? input : "{}"}}`;
}

function isJson(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}
