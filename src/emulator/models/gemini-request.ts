// Reading a request of the Gemini API (generateContent), and refusing what the API refuses.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { estimateTokens, type ModelRequest } from "./dialect.ts";
import { ModelFault } from "./model-fault.ts";

type Part = Record<string, unknown>;

interface Content {
  readonly role: string;
  readonly parts: readonly Part[];
}

/** Reads the body; the model and whether to stream stand in the path. Throws ModelFault 400 for what the API does not take. */
export function readGemini(body: JsonObject, { model, stream }: { model: string; stream: boolean }): ModelRequest {
  const contents = contentsOf(body["contents"]);
  checkCalls(contents);
  const config = body["generationConfig"];
  const thinking = isObject(config) ? config["thinkingConfig"] : undefined;
  const begins = contents.findIndex(isModels);
  return {
    model,
    stream,
    hasTools: functionsOf(body["tools"]) > 0,
    wantsThinking: isObject(thinking) && thinking["includeThoughts"] === true,
    firstMessage: textOf(begins === -1 ? contents : contents.slice(0, begins)),
    answered: contents.filter((content, index) => isModels(content) && !isModels(contents[index - 1])).length,
    results: contents
      .slice(contents.findLastIndex(isModels) + 1)
      .flatMap(({ parts }) => parts)
      .filter((part) => isObject(part["functionResponse"]))
      .map(resultText)
      .join("\n"),
    inputTokens: estimateTokens(body),
  };
}

function contentsOf(value: unknown): readonly Content[] {
  if (!Array.isArray(value) || value.length === 0)
    throw invalid("* GenerateContentRequest.contents: contents is not specified");
  return value.map((content: unknown, index) => {
    const parts = isObject(content) && Array.isArray(content["parts"]) ? content["parts"].filter(isObject) : [];
    const role = isObject(content) ? (content["role"] ?? "user") : undefined;
    if (role !== "user" && role !== "model" && role !== "function") {
      throw invalid("Please use a valid role: user, model.");
    }
    if (parts.length === 0) {
      throw invalid(`* GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.`);
    }
    return { role, parts };
  });
}

/** A turn of calls is followed by as many responses. */
function checkCalls(contents: readonly Content[]): void {
  if (contents.at(-1)?.role === "model") throw invalid("Please ensure that the last content has the role user.");
  contents.forEach((content, index) => {
    const calls = countOf(content, "functionCall");
    const next = contents[index + 1];
    if (isModels(content) && calls > 0 && (next === undefined || countOf(next, "functionResponse") !== calls)) {
      throw invalid(
        "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
      );
    }
    const before = contents[index - 1];
    if (countOf(content, "functionResponse") > 0 && (before === undefined || countOf(before, "functionCall") === 0)) {
      throw invalid("Please ensure that function response turn comes immediately after a function call turn.");
    }
  });
}

function countOf({ parts }: Content, name: string): number {
  return parts.filter((part) => isObject(part[name])).length;
}

function functionsOf(tools: unknown): number {
  const list = Array.isArray(tools) ? tools.filter(isObject) : [];
  return list.flatMap((tool) => tool["functionDeclarations"] ?? tool["function_declarations"] ?? []).length;
}

function isModels(content: Content | undefined): boolean {
  return content?.role === "model";
}

function textOf(contents: readonly Content[]): string {
  return contents
    .flatMap(({ parts }) => parts)
    .map(({ text }) => (typeof text === "string" ? text : ""))
    .join("\n");
}

/** A tool's text as it is, where the response has one; else the response as JSON. */
function resultText({ functionResponse }: Part): string {
  const response = isObject(functionResponse) ? functionResponse["response"] : undefined;
  const output = isObject(response) ? (response["output"] ?? response["result"]) : undefined;
  return typeof output === "string" ? output : JSON.stringify(response ?? "");
}

function invalid(message: string): ModelFault {
  return new ModelFault(400, "INVALID_ARGUMENT", message);
}
