// The person's consent to a call that would lose something for good: asked through the client, in the way of its era.
import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
  ProtocolError,
  type InputRequiredResult,
} from "@modelcontextprotocol/server";
import { MortarError } from "../../platform/errors.ts";
import { isObject } from "../../platform/json.ts";
import type { Tool, ToolContext } from "../../tools/define.ts";
import type { Question } from "../../tools/question.ts";
import type { ConfirmMode } from "../../tools/term-bounds.ts";
import type { CallRequest } from "../call.ts";
import { openSeal, sealMs, sealOf, type SealKey, type Sealed } from "./seal.ts";

export interface Asking {
  readonly request: CallRequest;
  readonly confirm: Exclude<ConfirmMode, "never">;
  readonly key: SealKey;
}

export interface Call {
  readonly tool: Tool;
  readonly context: ToolContext;
  /** What `parseArguments` gave. */
  readonly input: unknown;
  readonly asked: Question;
}

/**
 * Undefined where the call may run: the person said yes, or cannot be asked and need not be. A result where the client
 * has to ask first. Throws `not_confirmed` where the person did not say yes, or cannot be asked and has to be; ProtocolError
 * for an answer that is to no question of ours.
 */
export async function consent(call: Call, asking: Asking): Promise<InputRequiredResult | undefined> {
  const { tool, context, input, asked } = call;
  if (!canAsk(asking)) {
    if (asking.confirm === "supported") return undefined;
    throw notAsked(tool, asked);
  }
  const message = `${asked}\n(${tool.title}, in ${context.workspace.host})`;
  if (asking.request.envelope === undefined) return await askNow(call, message, asking);
  return askLater({ tool: tool.name, input, question: message }, call, asking);
}

function canAsk({ request: { envelope, declared } }: Asking): boolean {
  return canElicit(envelope === undefined ? declared : Reflect.get(envelope, CLIENT_CAPABILITIES_META_KEY));
}

/**
 * Whether a client of these capabilities can ask its person. One that says no mode can show a form. (MCP 2025-11-25, elicitation,
 * capabilities.)
 */
export function canElicit(capabilities: unknown): boolean {
  const elicitation = isObject(capabilities) ? capabilities["elicitation"] : undefined;
  return isObject(elicitation) && (elicitation["form"] !== undefined || elicitation["url"] === undefined);
}

const answerKey = "confirm";

const form = {
  type: "object" as const,
  properties: {
    [answerKey]: {
      type: "boolean" as const,
      title: "Do it",
      description: "Yes to go on. Anything else, and nothing is done.",
      default: false,
    },
  },
  required: [answerKey],
};

/** 2025-11-25: the client is asked while its call waits. */
async function askNow({ tool, context }: Call, message: string, { request }: Asking): Promise<undefined> {
  context.progress("waiting for the person's answer");
  const params = { mode: "form", message, requestedSchema: form };
  const answer = await request
    .send({ method: "elicitation/create", params }, { timeout: sealMs, signal: request.signal })
    .catch((thrown: unknown) => {
      if (request.signal.aborted) throw thrown;
      throw notConfirmed(tool, "the question was not answered");
    });
  checkAnswer(tool, answer.action, answer.content);
  return undefined;
}

/** 2026-07-28: the client asks, and calls again with the answer and the seal. */
function askLater(about: Sealed, { tool, context }: Call, { request, key }: Asking): InputRequiredResult | undefined {
  const nowMs = context.deps.clock.now();
  const state = request.requestState<unknown>();
  const again = (): InputRequiredResult =>
    inputRequired({
      inputRequests: { [answerKey]: inputRequired.elicit({ message: about.question, requestedSchema: form }) },
      requestState: sealOf(key, about, nowMs),
    });
  if (state === undefined) return again();
  const opened = typeof state === "string" ? openSeal(key, state, { about, nowMs }) : undefined;
  if (opened === undefined) throw badState();
  const answer = inputResponse(request.inputResponses, answerKey);
  // No answer, or one to what is no longer so: the table has got rows meanwhile.
  if (answer.kind !== "elicit" || !opened.isSameQuestion) return again();
  if (!opened.spend()) throw badState();
  checkAnswer(tool, answer.action, answer.content);
  return undefined;
}

function badState(): ProtocolError {
  return new ProtocolError(-32_602, "Invalid or expired requestState", { reason: "invalid_request_state" });
}

function checkAnswer(tool: Tool, action: string, content: Readonly<Record<string, unknown>> | undefined): void {
  if (action === "accept" && content?.[answerKey] === true) return;
  if (action === "cancel") throw notConfirmed(tool, "the question was closed without an answer", unanswered);
  throw notConfirmed(tool, "the person said no");
}

function notConfirmed(tool: Tool, why: string, more = ""): MortarError {
  return new MortarError("not_confirmed", `${tool.name} was not confirmed: ${why}. Nothing was done`, {
    hint: `Do not do the same in another way. Tell the person what you wanted to do, and ask what they want.${more}`,
  });
}

/** As a client does whose person is not there. */
const unanswered = " Where nobody is there to answer, they can start the server with --yes.";

function notAsked(tool: Tool, asked: Question): MortarError {
  return new MortarError("not_confirmed", `${tool.name} needs the person's yes, and this client cannot ask: ${asked}`, {
    hint: "Nothing was done. Where its session over HTTP has ended, the client asks again once it has connected anew. The person can do it with `mortar tool call`, or start the server with --confirm supported, or with --yes where nobody is there to ask.",
  });
}
