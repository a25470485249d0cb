// One call from the agent to a server behind the bridge, with what comes between: progress, and questions to the person in
// whatever era each of the two sides speaks.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Client, ElicitRequest, ElicitResult } from "@modelcontextprotocol/client";
import {
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
  isInputRequiredResult,
  ProtocolError,
  type CallToolResult,
  type InputRequiredResult,
} from "@modelcontextprotocol/server";
import { isObject } from "../../platform/json.ts";
import type { CallRequest } from "../call.ts";
import type { Upstream } from "./upstream.ts";

export type CallOutcome = CallToolResult | InputRequiredResult;

export interface ToolCall {
  readonly upstream: Upstream;
  /** As its server has it. */
  readonly name: string;
  readonly given: Readonly<Record<string, unknown>> | undefined;
}

export interface Exchanges {
  /** Makes the call, or goes on with one that waits for an answer. Throws what the server throws. */
  call(call: ToolCall, request: CallRequest): Promise<CallOutcome>;
  /** What a server asks in the middle of a call. */
  ask(params: ElicitRequest["params"]): Promise<ElicitResult>;
  /** Ends every call that waits. */
  close(): void;
}

type Question = ElicitRequest["params"];

/** A call that is under way. */
interface Open {
  readonly name: string;
  /** The agent's latest request about it. */
  request: CallRequest;
  readonly end: AbortController;
  readonly result: Promise<CallOutcome>;
  /** What the server has asked and nobody has been told of yet. */
  readonly questions: Asked[];
  /** Told when the server has a question. */
  wake: () => void;
}

interface Asked {
  readonly params: Question;
  readonly answer: (result: ElicitResult) => void;
}

/** A person may think for this long about a question; in milliseconds. */
const patienceMs = 600_000;
/** The longest that a timer takes: a call ends with its client's patience, not with ours. */
const noLimitMs = 2_147_483_647;

const heldMark = "held:";
const ownMark = "own:";
const answerKey = "answer";
const invalidParams = -32_602;

interface Held {
  readonly open: Open;
  readonly answer: (result: ElicitResult) => void;
  /** Takes the question away, and its time limit. */
  readonly forget: () => void;
}

export function createExchanges(): Exchanges {
  const current = new AsyncLocalStorage<Open>();
  const held = new Map<string, Held>();
  const running = new Set<Open>();

  const start = ({ upstream, name, given }: ToolCall, request: CallRequest, state: string | undefined): Open => {
    const result = Promise.withResolvers<CallOutcome>();
    const open: Open = {
      name,
      request,
      end: new AbortController(),
      result: result.promise.finally(() => running.delete(open)),
      questions: [],
      wake: () => undefined,
    };
    running.add(open);
    open.result.catch(() => undefined);
    result.resolve(current.run(open, () => upstream.use((client) => send(client, { open, name, given, state }))));
    return open;
  };
  /** The question as a result, to which the agent comes back with the answer. */
  const hold = (open: Open, { params, answer }: Asked): InputRequiredResult => {
    const id = crypto.randomUUID();
    const timer = setTimeout(() => open.end.abort(), patienceMs);
    timer.unref();
    const forget = (): void => {
      clearTimeout(timer);
      held.delete(id);
    };
    held.set(id, { open, answer, forget });
    open.end.signal.addEventListener("abort", forget, { once: true });
    const inputRequests = { [answerKey]: { method: "elicitation/create", params } as never };
    return inputRequired({ inputRequests, requestState: `${heldMark}${id}` });
  };
  /** What the agent gets for its request: the result, or the next question. */
  const next = async (open: Open): Promise<CallOutcome> => {
    const { signal } = open.request;
    const leave = (): void => open.end.abort(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    const question = new Promise<CallOutcome>((resolve) => {
      open.wake = () => {
        const asked = open.questions.shift();
        if (asked === undefined) return;
        open.wake = () => undefined;
        resolve(hold(open, asked));
      };
      open.wake();
    });
    try {
      return await Promise.race([open.result, question]);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  };
  return {
    call: async (call, request) => {
      const state = request.requestState<unknown>();
      if (typeof state !== "string") return await next(start(call, request, undefined));
      if (!state.startsWith(heldMark)) return await next(start(call, request, state.slice(ownMark.length)));
      const waiting = held.get(state.slice(heldMark.length));
      if (waiting === undefined || waiting.open.name !== call.name) throw badState();
      waiting.forget();
      waiting.open.request = request;
      const going = next(waiting.open);
      waiting.answer(answerOf(request));
      return await going;
    },
    ask: async (params) => {
      // The connection's own stream belongs to no call: who is asked there is not known.
      const open = current.getStore() ?? (running.size === 1 ? [...running][0] : undefined);
      if (open === undefined) throw cannotAsk();
      const { request, end, questions } = open;
      if (!canAsk(request)) throw cannotAsk();
      if (request.envelope === undefined) return await askNow(open, params);
      return await new Promise<ElicitResult>((answer, refuse) => {
        end.signal.addEventListener("abort", () => refuse(end.signal.reason as Error), { once: true });
        questions.push({ params, answer });
        open.wake();
      });
    },
    close: () => {
      for (const { end } of running) end.abort();
      for (const { forget } of held.values()) forget();
    },
  };
}

interface Sending {
  readonly open: Open;
  readonly name: string;
  readonly given: ToolCall["given"];
  /** Of the server's own question, where both sides speak the newer era. */
  readonly state: string | undefined;
}

async function send(client: Client, { open, name, given, state }: Sending): Promise<CallOutcome> {
  const { request } = open;
  const isBothNew = request.envelope !== undefined && client.getProtocolEra() === "modern";
  const answers =
    isBothNew && state !== undefined
      ? { ...(state === "" ? {} : { requestState: state }), inputResponses: request.inputResponses }
      : {};
  const params = { name, ...(given === undefined ? {} : { arguments: given }), ...metaOf(request), ...answers };
  const result: unknown = await client.callTool(params as Parameters<Client["callTool"]>[0], {
    signal: open.end.signal,
    timeout: noLimitMs,
    allowInputRequired: isBothNew,
    ...(request._meta?.progressToken === undefined ? {} : { onprogress: (progress) => tell(open, progress) }),
  });
  if (!isInputRequiredResult(result)) return result as CallToolResult;
  if (!canAsk(request)) throw cannotAsk();
  const own = result.requestState;
  return { ...result, requestState: `${ownMark}${own ?? ""}` };
}

/** The number is the server's; a call that went on after a question is told of under its newest token. */
function tell({ request }: Open, progress: object): void {
  const token = request._meta?.progressToken;
  if (token === undefined || request.signal.aborted) return;
  request
    .notify({ method: "notifications/progress", params: { ...progress, progressToken: token } })
    .catch(() => undefined);
}

/** What the agent says beside its arguments, without what is between it and us alone. */
function metaOf({ _meta }: CallRequest): { _meta?: Record<string, unknown> } {
  const kept = Object.entries(_meta ?? {}).filter(
    ([key]) => key !== "progressToken" && !key.startsWith("io.modelcontextprotocol/"),
  );
  return kept.length === 0 ? {} : { _meta: Object.fromEntries(kept) };
}

/** 2025-11-25: the person is asked while the call waits. */
async function askNow({ request, end }: Open, params: Question): Promise<ElicitResult> {
  const options = { timeout: patienceMs, signal: end.signal };
  return (await request.send({ method: "elicitation/create", params: { ...params } }, options)) as ElicitResult;
}

function answerOf(request: CallRequest): ElicitResult {
  const answer = inputResponse(request.inputResponses, answerKey);
  if (answer.kind !== "elicit") return { action: "cancel" };
  const { action, content } = answer;
  return { action, ...(content === undefined ? {} : { content }) } as ElicitResult;
}

function canAsk({ envelope, declared }: CallRequest): boolean {
  const own: unknown = envelope === undefined ? declared : Reflect.get(envelope, CLIENT_CAPABILITIES_META_KEY);
  return isObject(own) && isObject(own["elicitation"]);
}

function cannotAsk(): ProtocolError {
  return new ProtocolError(-32_600, "The server wants to ask the person something, and this client cannot ask");
}

function badState(): ProtocolError {
  return new ProtocolError(invalidParams, "Invalid or expired requestState", { reason: "invalid_request_state" });
}
