// `mortar tool call` and `mortar tool show` by the name of an older tool.
import type { CommandResult } from "../../cli/spec.ts";
import { MortarError } from "../../platform/errors.ts";
import { isObject } from "../../platform/json.ts";
import { effectOf } from "../../tools/aliases/effect.ts";
import { followRoute, routeOf, type Answer } from "../../tools/aliases/follow.ts";
import type { Arguments, Call, OlderTool } from "../../tools/aliases/row.ts";

interface OlderCall {
  readonly older: OlderTool;
  readonly args: Arguments;
  readonly isDryRun: boolean;
  own(call: Call): Promise<CommandResult>;
}

type Raw = { readonly result: CommandResult } | { readonly error: MortarError };

/** Throws as the tool does that answers. */
export async function callOlder({ older, args, isDryRun, own }: OlderCall): Promise<CommandResult> {
  if (isDryRun) {
    const first = routeOf(older, args, false);
    return "tool" in first ? await own(first) : wouldCall(older);
  }
  const followed = await followRoute(older, args, { readOnly: false, call: (call) => answerOf(own(call)) });
  if ("raw" in followed) {
    if ("error" in followed.raw) throw followed.raw.error;
    return followed.raw.result;
  }
  const { data, text, failed } = followed.joined;
  return { data, text: `${text}\n`, ...(failed ? { exit: 1 } : {}) };
}

function wouldCall(older: OlderTool): CommandResult {
  const { tools } = older.router;
  return {
    data: { tool: older.name, effect: effectOf(older), dry_run: true, may_call: tools },
    text: `Would look first, then call one of ${tools.join(", ")}. Nothing was done.\n`,
  };
}

async function answerOf(called: Promise<CommandResult>): Promise<Answer<Raw>> {
  try {
    const result = await called;
    const data = isObject(result.data) ? result.data : undefined;
    return { raw: { result }, data, text: result.text, failed: (result.exit ?? 0) !== 0, notFound: false };
  } catch (error) {
    if (!(error instanceof MortarError)) throw error;
    const text = error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
    return { raw: { error }, data: undefined, text, failed: true, notFound: error.code === "not_found" };
  }
}
