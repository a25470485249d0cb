// A call of an older tool: ours are called as if they had been asked for themselves, with their questions, their protection and
// their filters.
import type { CallToolResult, InputRequiredResult } from "@modelcontextprotocol/server";
import { MortarError } from "../platform/errors.ts";
import { isObject } from "../platform/json.ts";
import { followRoute, type Answer } from "../tools/aliases/follow.ts";
import type { Arguments, Call, OlderTool } from "../tools/aliases/row.ts";
import { errorResult } from "./result.ts";

type Result = CallToolResult | InputRequiredResult;

interface OlderCall {
  readonly older: OlderTool;
  readonly given: Arguments | undefined;
  readonly readOnly: boolean;
  own(params: { readonly name: string; readonly arguments: Arguments }): Promise<Result>;
}

/** Throws ProtocolError where ours is switched off; every other failure is a result with `isError`. */
export async function handleOlderCall({ older, given, readOnly, own }: OlderCall): Promise<Result> {
  const call = async ({ tool, arguments: args }: Call): Promise<Answer<Result>> =>
    answerOf(await own({ name: tool, arguments: args }));
  try {
    const followed = await followRoute(older, given, { readOnly, call });
    if ("raw" in followed) return followed.raw;
    const { data, text, failed } = followed.joined;
    return { content: [{ type: "text", text }], structuredContent: { ...data }, ...(failed ? { isError: true } : {}) };
  } catch (thrown) {
    if (thrown instanceof MortarError) return errorResult(thrown);
    throw thrown;
  }
}

function answerOf(raw: Result): Answer<Result> {
  const { content, structuredContent, isError } = raw as Partial<CallToolResult>;
  const text = (content ?? []).flatMap((one) => (one.type === "text" ? [one.text] : [])).join("\n");
  const failed = isError === true;
  return {
    raw,
    data: isObject(structuredContent) ? structuredContent : undefined,
    text,
    failed,
    notFound: failed && text.includes("\nerror_code: not_found"),
  };
}
