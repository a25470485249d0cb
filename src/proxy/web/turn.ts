// One turn of the model for the client: what both of its forms, streamed and whole, have in common.
import type { Clock } from "../../platform/deps.ts";
import type { Draft } from "./draft.ts";
import { clientId } from "./call-id.ts";
import { modelResult, toolResult, type Block } from "./result-block.ts";
import type { ModelCall } from "./round.ts";
import type { Runner } from "./runner.ts";
import type { Usage } from "./usage-sum.ts";
import { callsServerTool } from "./runner.ts";

export interface Turn {
  readonly draft: Draft;
  readonly runner: Runner;
  /** Sends a further request of the turn; refusals that pass are waited for. */
  readonly send: (draft: Draft) => Promise<Response>;
  readonly clock: Clock;
  /** Fires when the client has gone. */
  readonly signal: AbortSignal;
}

/** After so many answers the client is asked whether to go on, as Anthropic's own loop does (`pause_turn`). */
export const mostRounds = 10;

/** What became of one answer of the model. */
export interface RoundEnd {
  /** JSON texts of its blocks, for the conversation. */
  readonly blocks: readonly string[];
  readonly calls: readonly ModelCall[];
  readonly results: readonly Block[];
  readonly stopReason: unknown;
}

/** Whether the model is to be asked again. Where the client has a tool to run too, it is the client's turn. */
export function goesOn({ draft }: Turn, { calls, stopReason }: RoundEnd): boolean {
  const own = calls.filter(({ name }) => callsServerTool(draft.tools, name));
  const stopped = typeof stopReason === "string" && stopReason !== "tool_use" && stopReason !== "end_turn";
  return own.length > 0 && own.length === calls.length && !stopped;
}

/** The request that follows: the answer and the results behind the conversation. */
export function nextDraft(draft: Draft, { blocks, calls, results }: RoundEnd): Draft {
  const answers = calls.map(({ id }) => {
    const block = results.find((one) => one["tool_use_id"] === clientId(id));
    return JSON.stringify(toolResult(id, modelResult(block ?? {})));
  });
  return draft.continued([
    `{"role":"assistant","content":[${blocks.join(",")}]}`,
    `{"role":"user","content":[${answers.join(",")}]}`,
  ]);
}

/** The call as the client gets it. */
export function serverToolUse({ id, name }: Pick<ModelCall, "id" | "name">, input: unknown): Block {
  return { type: "server_tool_use", id: clientId(id), name, input };
}

/** The usage of the whole turn. */
export function turnUsage(usage: Usage, runner: Runner): Usage {
  return { ...usage, server_tool_use: runner.counts() };
}
