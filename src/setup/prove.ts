// Whether what was written works: one short question to a model, on the way that each agent goes.
import type { ManagedAgentId, Wish } from "../agents/ready/types.ts";
import type { ModelDialect } from "../agents/launch/models.ts";
import type { Deps } from "../platform/deps.ts";
import { isAbort, MortarError, toMortarError } from "../platform/errors.ts";
import { printable } from "../platform/log.ts";
import { Secret } from "../platform/secret.ts";
import { dialectUrl } from "../proxy/address.ts";
import { readProblem } from "../proxy/errors/problem.ts";
import { joinProxy } from "../proxy/lifecycle/join.ts";
import { questions } from "../proxy/models/validate.ts";
import { createTransport } from "../proxy/transport.ts";

export interface Proof {
  readonly agent: ManagedAgentId;
  readonly model: string | undefined;
  /** `skipped` where the workspace has no model for it. */
  readonly status: "passed" | "failed" | "skipped";
  readonly detail: string;
  readonly hint?: string | undefined;
}

interface Asked {
  readonly agent: ManagedAgentId;
  readonly wish: Wish;
}

const dialectOf: Readonly<Partial<Record<ManagedAgentId, ModelDialect>>> = {
  claude: "anthropic",
  codex: "responses",
  gemini: "gemini",
  opencode: "anthropic",
  copilot: "chat",
};

/** Asks for each agent that has models; those on the same way to the same model are asked once. Throws only an abort. */
export async function proveAll(deps: Deps, all: readonly Asked[], signal: AbortSignal): Promise<readonly Proof[]> {
  const asked = new Map<string, Promise<Omit<Proof, "agent">>>();
  return Promise.all(
    all.flatMap(({ agent, wish }) => {
      const dialect = dialectOf[agent];
      if (dialect === undefined) return [];
      const model = modelFor(wish, dialect);
      if (model === undefined) {
        const detail = "the workspace lists no model for it";
        return [Promise.resolve<Proof>({ agent, model, status: "skipped", detail })];
      }
      const key = `${wish.mode} ${dialect} ${model}`;
      const asking = asked.get(key) ?? prove(deps, { wish, dialect, model, signal });
      asked.set(key, asking);
      return [asking.then((proof): Proof => ({ agent, ...proof }))];
    }),
  );
}

/** The cheapest that answers the dialect. */
function modelFor({ models }: Wish, dialect: ModelDialect): string | undefined {
  switch (dialect) {
    case "anthropic":
      return models.haiku ?? models.sonnet ?? models.opus ?? models.main;
    case "responses":
      return models.codex;
    case "gemini":
      return models.geminiFast ?? models.gemini;
    default:
      return models.chat ?? models.listed.find((one) => one.dialect === "chat")?.id;
  }
}

interface Question {
  readonly wish: Wish;
  readonly dialect: ModelDialect;
  readonly model: string;
  readonly signal: AbortSignal;
}

const limitMs = 60_000;

async function prove(deps: Deps, question: Question): Promise<Omit<Proof, "agent">> {
  const { model, signal } = question;
  const startedMs = deps.clock.now();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  try {
    const response = await send(deps, { ...question, signal: limit });
    if (response.status === 200) {
      await response.body?.cancel();
      return { model, status: "passed", detail: `${model} answered in ${deps.clock.now() - startedMs} ms` };
    }
    const { problem, response: rest } = await readProblem(response);
    await rest.body?.cancel();
    return { model, status: "failed", detail: `${response.status}: ${printable(problem.message)}`, hint };
  } catch (thrown) {
    signal.throwIfAborted();
    if (isAbort(thrown) || limit.aborted) {
      return { model, status: "failed", detail: `no answer within ${limitMs / 1_000} s`, hint };
    }
    const error = toMortarError(thrown);
    return { model, status: "failed", detail: error.message, hint: error.hint ?? hint };
  }
}

const hint = "`mortar models validate` asks every model, and says what is wrong with each.";

async function send(deps: Deps, { wish, dialect, model, signal }: Question): Promise<Response> {
  const { path, body } = questions[dialect](model);
  const init = { method: "POST", body: new TextEncoder().encode(JSON.stringify(body)), signal } as const;
  if (wish.mode === "helper") {
    const token = await helperToken(deps, wish, signal);
    const headers = new Headers({ "content-type": "application/json", "x-databricks-use-coding-agent-mode": "true" });
    const credentials = { authorization: `Bearer ${token.reveal()}` };
    return createTransport(deps)({ ...init, url: `${wish.gateway[dialect]}${path}`, headers, credentials });
  }
  const { profile } = wish.target;
  const proxy = await joinProxy(deps, { pid: process.pid, agent: "setup", profile, signal });
  try {
    const headers = { "content-type": "application/json", authorization: `Bearer ${proxy.key.reveal()}` };
    const url = `${dialectUrl(proxy.url, profile, dialect)}${path}`;
    // It has proven itself; and no company's proxy knows anything of this machine's loopback address.
    const direct = { proxy: false, tls: { rejectUnauthorized: false }, redirect: "manual" } as const;
    const response = await deps.fetch(url, { ...init, headers, ...direct });
    return new Response(await response.arrayBuffer(), { status: response.status, headers: response.headers });
  } finally {
    await proxy.release();
  }
}

/** As the agent gets it. */
async function helperToken(deps: Deps, { helper }: Wish, signal: AbortSignal): Promise<Secret> {
  const { exitCode, stdout, stderr } = await deps.run(helper, { env: deps.env, signal, timeoutMs: limitMs });
  const token = stdout.trim();
  if (exitCode === 0 && token !== "" && !/\s/.test(token)) return new Secret(token);
  throw new MortarError(
    "not_signed_in",
    `The credential helper gave no token: ${stderr.trim().split("\n").at(-1) ?? ""}`,
  );
}
