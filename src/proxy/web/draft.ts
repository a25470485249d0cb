// A request to the workspace in the making: the client's bytes, with tools, messages and choice of tool of ours.
import { arraySpans, objectSpans, rootStart, type Span } from "../../platform/json-span.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { addMember, bodyBytes, bodyText } from "../filters/body-edit.ts";
import { convertMessages } from "./history.ts";
import { clientAnswers } from "./stray-calls.ts";
import { readServerTools, standIn, webToolOf, type ServerTools, type WebToolName } from "./server-tools.ts";

/** A request whose web tools are ours to run. */
export interface Draft {
  readonly tools: ServerTools;
  /** JSON texts. */
  readonly messages: readonly string[];
  /** Ids of the calls that the client has answered by itself, as the workspace has them. */
  readonly clientAnswers: ReadonlySet<string>;
  /** The body for the workspace. */
  body(): Uint8Array<ArrayBuffer>;
  /** The same request with other messages. */
  withMessages(messages: readonly string[]): Draft;
  /** The same conversation with further messages (JSON texts); the model may then choose its tools freely. */
  continued(messages: readonly string[]): Draft;
}

/** What is converted: the whole request with its texts; undefined where nothing in it is of web tools. */
export function draftOf(body: unknown): Draft | undefined {
  const text = bodyText(body);
  const value = text === undefined ? undefined : tryJson(text);
  if (text === undefined || !isObject(value)) return undefined;
  const spans = objectSpans(text, rootStart(text));
  const tools: readonly unknown[] = Array.isArray(value["tools"]) ? value["tools"] : [];
  const list = elementsOf(text, spans.get("messages"), value["messages"]);
  const conversation = convertMessages(list);
  const isAsked = tools.some((tool) => webToolOf(tool) !== undefined);
  if (!isAsked && !conversation.changed) return undefined;
  const converted = isAsked ? convertTools(text, spans.get("tools"), tools) : undefined;
  const parts: Parts = {
    text,
    spans,
    messages: conversation.messages,
    members: converted === undefined ? {} : { tools: `[${converted.join(",")}]` },
    choice: value["tool_choice"],
    clientAnswers: clientAnswers(list.map((message) => message.value)),
  };
  return draft(readServerTools(tools), tools.length === 0 ? withNamesOfHistory(parts) : parts);
}

interface Parts {
  readonly text: string;
  readonly spans: ReadonlyMap<string, Span>;
  readonly messages: readonly string[];
  /** JSON texts of members that are not the client's any more. */
  readonly members: Readonly<Record<string, string>>;
  readonly choice: unknown;
  readonly clientAnswers: ReadonlySet<string>;
}

function draft(tools: ServerTools, parts: Parts): Draft {
  return {
    tools,
    messages: parts.messages,
    clientAnswers: parts.clientAnswers,
    body: () => bodyBytes(write(parts)),
    withMessages: (messages) => draft(tools, { ...parts, messages }),
    continued: (messages) => {
      const choice = freed(parts.choice);
      const members = choice === undefined ? parts.members : { ...parts.members, tool_choice: JSON.stringify(choice) };
      return draft(tools, { ...parts, members, messages: [...parts.messages, ...messages] });
    },
  };
}

/** A tool that has to be called would be called for ever. */
function freed(choice: unknown): unknown {
  if (!isObject(choice) || (choice["type"] !== "tool" && choice["type"] !== "any")) return undefined;
  const { name: _name, ...rest } = choice;
  return { ...rest, type: "auto" };
}

function write({ text, spans, messages, members }: Parts): string {
  const wanted: Readonly<Record<string, string>> = { ...members, messages: `[${messages.join(",")}]` };
  const places = Object.keys(wanted)
    .flatMap((name) => {
      const span = spans.get(name);
      return span === undefined ? [] : [{ span, value: wanted[name] ?? "" }];
    })
    .toSorted((one, other) => one.span[0] - other.span[0]);
  let written = "";
  let at = 0;
  for (const { span, value } of places) {
    written += text.slice(at, span[0]) + value;
    at = span[1];
  }
  const absent = Object.keys(wanted).filter((name) => !spans.has(name));
  return absent.reduce(
    (body, name) => addMember(body, name, JSON.parse(wanted[name] ?? "null")),
    written + text.slice(at),
  );
}

/** A conversation with calls in it needs tools that could have been called, though none may be called now. */
function withNamesOfHistory(parts: Parts): Parts {
  const names: readonly WebToolName[] = ["web_search", "web_fetch"];
  const members = {
    tools: JSON.stringify(names.map((name) => standIn(name, {}))),
    tool_choice: JSON.stringify({ type: "none" }),
  };
  return { ...parts, members };
}

/** The client's own tools as they came, ours in the places of the server's. */
function convertTools(text: string, span: Span | undefined, tools: readonly unknown[]): string[] {
  const { search, fetch } = readServerTools(tools);
  const wanted = new Set<WebToolName>();
  if (search !== undefined) wanted.add("web_search");
  if (fetch !== undefined) wanted.add("web_fetch");
  return elementsOf(text, span, tools).flatMap((element) => {
    const name = webToolOf(element.value);
    if (name === undefined) return [element.text];
    // Once: a name that stands twice would be refused.
    return wanted.delete(name) && isObject(element.value) ? [JSON.stringify(standIn(name, element.value))] : [];
  });
}

function elementsOf(text: string, span: Span | undefined, value: unknown) {
  if (span === undefined || !Array.isArray(value)) return [];
  return arraySpans(text, span[0]).map((part, index) => ({
    text: text.slice(...part),
    value: value[index] as unknown,
  }));
}
