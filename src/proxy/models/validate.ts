// Whether each model that agents are told of answers: one short request in its own dialect, and what came of it.
import type { Deps } from "../../platform/deps.ts";
import { isAbort, toMortarError } from "../../platform/errors.ts";
import type { Client } from "../../workspace/client.ts";
import { dialects } from "../dialects.ts";
import type { UpstreamFamily } from "../family.ts";
import type { Discovery, ModelDialect } from "./discover.ts";
import { dialectOfRole, type Role, type RoleChoice } from "./roles.ts";

export type Verdict = "PASS" | "WARN" | "FAIL" | "SKIP";

export interface Validation {
  readonly role: Role;
  readonly model: string | undefined;
  readonly verdict: Verdict;
  /** What was seen. */
  readonly detail: string;
  /** What to do about it, where there is something. */
  readonly hint?: string | undefined;
}

export interface ValidateOptions {
  readonly choices: readonly RoleChoice[];
  readonly discovery: Discovery;
  readonly signal: AbortSignal;
  readonly clock: Deps["clock"];
}

const findAnother = "`mortar models list` shows what there is, and `mortar models pin` chooses of it.";

/** How long one model may take, in milliseconds. */
const limitMs = 60_000;

/** Asks every model once, side by side; one model that has two roles is asked once. Throws only on an abort. */
export async function validateModels(client: Client, options: ValidateOptions): Promise<readonly Validation[]> {
  const asked = new Map<string, Promise<Omit<Validation, "role" | "model">>>();
  return Promise.all(
    options.choices.map(async ({ role, model, pinned }) => {
      if (model === undefined) return { role, model, verdict: "SKIP", detail: "the workspace lists no model for it" };
      const dialect = dialectOfRole[role];
      const key = `${dialect} ${model}`;
      const asking = asked.get(key) ?? ask(client, options, { dialect, model });
      asked.set(key, asking);
      const outcome = await asking;
      const unlisted = !options.discovery.models.some(({ id }) => id === model);
      if (outcome.verdict !== "PASS" || !pinned || !unlisted) return { role, model, ...outcome };
      const hint = `Look at what there is with \`mortar models list\`, or take the pin off: \`mortar models pin ${role} --off\`.`;
      return { role, model, verdict: "WARN", detail: `${outcome.detail}; it is pinned, and not listed`, hint };
    }),
  );
}

interface Asked {
  readonly dialect: ModelDialect;
  readonly model: string;
}

async function ask(
  client: Client,
  { discovery, signal, clock }: ValidateOptions,
  { dialect, model }: Asked,
): Promise<Omit<Validation, "role" | "model">> {
  const listed = discovery.models.find(({ id }) => id === model);
  if (listed?.state === "split") {
    return { verdict: "FAIL", detail: "its traffic is split over several families of models", hint: "Pin another." };
  }
  const startedMs = clock.now();
  try {
    await post(client, { dialect, model, family: discovery.family, signal });
    return { verdict: "PASS", detail: `answered in ${clock.now() - startedMs} ms` };
  } catch (thrown) {
    signal.throwIfAborted();
    if (isAbort(thrown)) return { verdict: "FAIL", detail: `no answer within ${limitMs / 1_000} s` };
    const { code, message, hint, httpStatus } = toMortarError(thrown);
    // It is there and may be asked, only not now.
    if (code === "rate_limited" || code === "unavailable") return { verdict: "WARN", detail: message, hint };
    // The path is there: the others answer on it.
    const isGone = httpStatus === 404 && listed === undefined;
    return { verdict: "FAIL", detail: message, hint: isGone ? findAnother : hint };
  }
}

interface Question extends Asked {
  readonly family: UpstreamFamily;
  readonly signal: AbortSignal;
}

async function post(client: Client, { dialect, model, family, signal }: Question): Promise<void> {
  const bases = dialects.find(({ name }) => name === dialect)?.upstream[family] ?? [];
  const { path, body } = questions[dialect](model);
  for (const [index, base] of bases.entries()) {
    try {
      const request = {
        method: "POST",
        path: `${base}${path}` as `/${string}`,
        body,
        timeoutMs: limitMs,
        signal,
      } as const;
      await client.json({ ...request, headers: { "x-databricks-use-coding-agent-mode": "true" } });
      return;
    } catch (thrown) {
      // The next base is for workspaces that do not have the first.
      const { httpStatus, message } = toMortarError(thrown);
      const absent = httpStatus === 404 && !/model|endpoint '/i.test(message);
      if (!absent || index === bases.length - 1) throw thrown;
    }
  }
}

const word = "Answer with OK.";

/** A short question in each dialect: the path below its base, and the body. */
// The fewest tokens that every model of the dialect takes: OpenAI's want at least 16, and thinking models more than one.
export const questions: Readonly<
  Record<ModelDialect, (model: string) => { readonly path: string; readonly body: object }>
> = {
  anthropic: (model) => ({
    path: "/v1/messages",
    body: { model, max_tokens: 16, messages: [{ role: "user", content: word }] },
  }),
  responses: (model) => ({ path: "/responses", body: { model, max_output_tokens: 16, input: word } }),
  gemini: (model) => ({
    path: `/v1beta/models/${encodeURIComponent(model)}:generateContent`,
    body: { contents: [{ role: "user", parts: [{ text: word }] }], generationConfig: { maxOutputTokens: 16 } },
  }),
  chat: (model) => ({
    path: "/chat/completions",
    body: { model, max_tokens: 16, messages: [{ role: "user", content: word }] },
  }),
};
