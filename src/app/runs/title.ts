// A conversation's title: the beginning of its first message at once, a better one from a cheap model when it comes.
import type { Deps, Fetch } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import type { ModelSource } from "../agent/engine.ts";

/** What the older app gave to a conversation that was made without a message. */
export const untitled = "New Conversation";

const mostLength = 40;
const limitMs = 5_000;
/** As much of a message as a title can be of, in characters. */
const mostMessage = 2_000;

/** The first words, as many as fit into a title. */
export function firstWords(message: string): string {
  const text = oneLine(message);
  if (text === "") return untitled;
  if (text.length <= mostLength) return text;
  const cut = text.slice(0, mostLength - 1);
  const end = cut.lastIndexOf(" ");
  return `${(end > mostLength / 2 ? cut.slice(0, end) : cut).trimEnd()}…`;
}

export interface TitleRequest {
  readonly source: ModelSource;
  readonly message: string;
  readonly signal: AbortSignal;
}

/** A title by a model; undefined where there is none for it, it is late, or what it says is no title. Never throws. */
export async function titleFrom(deps: Pick<Deps, "fetch" | "log">, request: TitleRequest): Promise<string | undefined> {
  try {
    const asked = askOf(request.source);
    if (asked === undefined) return undefined;
    const answer = await ask(deps.fetch, { ...asked, request });
    return cleaned(answer);
  } catch (thrown) {
    deps.log.debug(`No title: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return undefined;
  }
}

interface Ask {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
}

/** The cheapest that answers in this API. With the agent's own sign-in there is nothing that we may ask by. */
function askOf(source: ModelSource): Ask | undefined {
  if (source.kind === "login") return undefined;
  const key = source.key.reveal();
  if (source.kind === "anthropic") {
    return { url: "https://api.anthropic.com", headers: { "x-api-key": key }, model: "claude-haiku-4-5" };
  }
  const { haiku, sonnet, opus } = source.models ?? {};
  const model = haiku ?? sonnet ?? opus;
  if (model === undefined) return undefined;
  return { url: `${source.url}/anthropic`, headers: { authorization: `Bearer ${key}` }, model };
}

const task =
  "Write a title of three to six words for a conversation that begins with this message, in its language. Answer with the title alone.";

async function ask(
  fetch: Fetch,
  { url, headers, model, request }: Ask & { readonly request: TitleRequest },
): Promise<unknown> {
  const answer = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01", ...headers },
    body: JSON.stringify({
      model,
      max_tokens: 50,
      system: task,
      messages: [{ role: "user", content: request.message.slice(0, mostMessage) }],
    }),
    signal: AbortSignal.any([request.signal, AbortSignal.timeout(limitMs)]),
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Error(`the model answered ${answer.status}`);
  }
  return await answer.json();
}

function cleaned(answer: unknown): string | undefined {
  const content = isObject(answer) && Array.isArray(answer["content"]) ? answer["content"] : [];
  const text = content
    .flatMap((block: unknown) => (isObject(block) && typeof block["text"] === "string" ? [block["text"]] : []))
    .join(" ");
  const title = oneLine(text)
    .replace(/^(?:title|titel)\s*:\s*/i, "")
    .replace(/^["'“”«»`*#\s]+|["'“”«»`*\s.]+$/g, "");
  if (title === "") return undefined;
  return title.length <= mostLength ? title : firstWords(title);
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim();
}
