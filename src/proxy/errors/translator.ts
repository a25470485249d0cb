// Turns the workspace's refusals into the agent's own shape of error, with the cause and what helps.
import { likelyModel } from "../filters/model-of.ts";
import type { Exchange, Filter, ModelRequest } from "../types.ts";
import { causes, type Cause, type Circumstances } from "./causes.ts";
import { problemOf, readProblem, type Problem } from "./problem.ts";
import { causeHeader, errorShape, noRetry } from "./shape.ts";
import { isWebPage } from "./web-page.ts";

export const errorTranslator: Filter = {
  name: "error-translator",
  summary: "Shows the workspace's errors in the agent's own shape, with their cause and what helps",
  byDefault: true,
  applies: () => false,
  mends: () => true,
  handle: async (exchange, request, next) => {
    const answer = await next(request);
    // What a step behind this one has refused says why by itself.
    const isTold = (answer.status < 400 && !isWebPage(answer)) || answer.headers.has(causeHeader);
    return isTold ? answer : translate(exchange, request, answer);
  },
};

async function translate(exchange: Exchange, request: ModelRequest, answer: Response): Promise<Response> {
  const { problem, response } = await readProblem(answer);
  const { dialect, profile, upstream } = exchange;
  const circumstances: Circumstances = {
    profile,
    dialect: dialect.name,
    path: request.path,
    model: likelyModel(exchange, request),
    withoutToken: upstream.withoutToken === true,
  };
  const cause = causes.find(({ matches }) => matches(problem, circumstances));
  if (cause === undefined && isOwnShape(dialect.name, problem)) return response;
  await response.body?.cancel();
  const status = cause?.status ?? answer.status;
  const message = [sentence(said(problem, cause)), cause === undefined ? "" : advice(cause, problem, circumstances)]
    .filter((text) => text !== "")
    .join(" ");
  const type = status === answer.status && isOwnShape(dialect.name, problem) ? problem.type : undefined;
  const body = errorShape(dialect.name, { status, message, type });
  return new Response(JSON.stringify(body), { status, headers: headersOf(answer, { status, cause }) });
}

/** What the workspace said, which people search for; of a web page there is nothing that helps. */
function said({ message, status, html, requestId }: Problem, cause: Cause | undefined): string {
  if (html && cause !== undefined) return "";
  const words = message === "" ? `HTTP status ${status}` : message;
  return requestId === undefined ? words : `${words.replace(/[.\s]+$/, "")} (request ${requestId})`;
}

function advice(cause: Cause, problem: Problem, circumstances: Circumstances): string {
  const why = typeof cause.why === "string" ? cause.why : cause.why(problem, circumstances);
  const cure = typeof cause.cure === "string" ? cause.cure : cause.cure(problem, circumstances);
  return `${why} ${cure}`;
}

function sentence(text: string): string {
  return text === "" || /[.!?]$/.test(text) ? text : `${text}.`;
}

interface Outcome {
  readonly status: number;
  readonly cause: Cause | undefined;
}

function headersOf(from: Response, { status, cause }: Outcome): Headers {
  const headers = new Headers(from.headers);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) headers.delete(name);
  headers.set("content-type", "application/json");
  if (cause !== undefined) headers.set(causeHeader, cause.name);
  // The next request would meet the same page.
  const isLasting = status === 401 || (cause?.name === "web-page" && from.status < 500);
  if (isLasting) for (const [name, value] of Object.entries(noRetry)) headers.set(name, value);
  return headers;
}

/** Whether the agent understands the body as it is. */
function isOwnShape(dialect: string, { text, html }: Problem): boolean {
  if (html) return false;
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || !("error" in body)) return false;
    const { error } = body;
    if (typeof error !== "object" || error === null || !("message" in error)) return false;
    // A text that holds another error is understood by no agent.
    if (problemOf({ status: 0, headers: new Headers() }, text).message !== String(error.message).trim()) return false;
    return dialect !== "anthropic" || ("type" in body && body.type === "error");
  } catch {
    return false;
  }
}
