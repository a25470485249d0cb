// Which addresses stand in the conversation already: only those are fetched, so that no page can have data carried away.
import { isObject } from "../../platform/json.ts";

/** Which results of tools count: all, none, those of the named tools, or those of all others. */
export type ToolSource = "all" | "none" | { readonly only: readonly string[] } | { readonly except: readonly string[] };

/** platform.claude.com, "Web fetch tool", `url_sources`. */
export interface UrlSources {
  readonly userInput: boolean;
  readonly clientTools: ToolSource;
  readonly serverTools: ToolSource;
}

/** Without `url_sources` everything counts; a form that is not known counts for nothing. */
export function readUrlSources(value: unknown): UrlSources {
  const given = isObject(value) ? value : {};
  return {
    userInput: kindOf(given["user_input"]) !== "none",
    clientTools: toolSource(given["client_tool_results"]),
    serverTools: toolSource(given["server_tool_results"]),
  };
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "all";
  return isObject(value) && value["type"] === "all" ? "all" : "none";
}

function toolSource(value: unknown): ToolSource {
  const { type, tools } = isObject(value) ? value : {};
  const names = Array.isArray(tools) ? tools.flatMap((tool) => (isObject(tool) ? [String(tool["name"])] : [])) : [];
  if (type === "only") return { only: names };
  if (type === "except") return { except: names };
  return kindOf(value) === "all" ? "all" : "none";
}

/** A piece of text of the conversation, and whose it is. */
export interface ContextText {
  readonly text: string;
  /** `user`: what people wrote, the system's text included. Else the result of a tool. */
  readonly from: "user" | { readonly tool: string; readonly server: boolean };
}

/** The texts of a request as the workspace gets it, in which web tools are tools like any other. */
export function contextTexts(body: unknown, webTools: readonly string[]): ContextText[] {
  if (!isObject(body)) return [];
  const tools = new Map<string, string>();
  const texts: ContextText[] = textsIn(body["system"]).map((text) => ({ text, from: "user" }));
  for (const message of Array.isArray(body["messages"]) ? body["messages"] : []) {
    if (!isObject(message)) continue;
    const blocks = Array.isArray(message["content"]) ? message["content"].filter(isObject) : [];
    for (const block of blocks) {
      if (block["type"] === "tool_use") tools.set(String(block["id"]), String(block["name"]));
    }
    // What a model has written itself allows nothing.
    if (message["role"] === "assistant") continue;
    if (typeof message["content"] === "string") texts.push({ text: message["content"], from: "user" });
    for (const block of blocks) {
      const tool = block["type"] === "tool_result" ? (tools.get(String(block["tool_use_id"])) ?? "") : undefined;
      const from = tool === undefined ? "user" : { tool, server: webTools.includes(tool) };
      for (const text of textsIn(tool === undefined ? [block] : block["content"])) texts.push({ text, from });
    }
  }
  return texts;
}

function textsIn(content: unknown): string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return [];
  return content.filter(isObject).flatMap((block) => {
    if (typeof block["text"] === "string") return [block["text"]];
    const source = block["source"];
    if (isObject(source) && source["type"] === "text" && typeof source["data"] === "string") return [source["data"]];
    return block["type"] === "search_result" ? [String(block["source"]), ...textsIn(block["content"])] : [];
  });
}

/** Whether one of the texts that count names the address: with or without its scheme and a slash at its end. */
export function isNamed(url: URL, texts: readonly ContextText[], sources: UrlSources): boolean {
  const spellings = spellingsOf(url);
  return texts.some(({ text, from }) => {
    if (!counts(from, sources)) return false;
    const plain = text.toLowerCase();
    return spellings.some((spelling) => stands(plain, spelling));
  });
}

/** Whether it stands there as a whole: `t.co` is not named by `rabbit.com`, nor `/a` by `/abc`. */
function stands(text: string, spelling: string): boolean {
  for (let at = text.indexOf(spelling); at !== -1; at = text.indexOf(spelling, at + 1)) {
    const end = at + spelling.length;
    if (!/[\w.-]/.test(text[at - 1] ?? " ") && !/^(?:[\w-]|\.\w)/.test(text.slice(end, end + 2))) return true;
  }
  return false;
}

function spellingsOf(url: URL): string[] {
  const rest = `${url.host}${url.pathname}${url.search}`.toLowerCase();
  const bare = rest.replace(/\/$/, "");
  return [bare, decoded(bare)];
}

function decoded(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

function counts(from: ContextText["from"], { userInput, clientTools, serverTools }: UrlSources): boolean {
  if (from === "user") return userInput;
  const source = from.server ? serverTools : clientTools;
  if (source === "all" || source === "none") return source === "all";
  return "only" in source ? source.only.includes(from.tool) : !source.except.includes(from.tool);
}
