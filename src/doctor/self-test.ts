// `mortar doctor --self-test`: an emulated workspace in a home folder of its own, and everything on the way through it once.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deps, Environment } from "../platform/deps.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import { isObject, tryJson } from "../platform/json.ts";
import { resolvePaths } from "../platform/paths.ts";
import { readKey } from "../proxy/lifecycle/local-key.ts";

export interface Step {
  readonly title: string;
  /** Milliseconds. */
  readonly tookMs: number;
  /** What came of it; undefined where it failed. */
  readonly seen: string | undefined;
  readonly error: string | undefined;
}

interface SelfTestOptions {
  readonly deps: Deps;
  /** Words that start this program. */
  readonly self: readonly [string, ...string[]];
  readonly signal: AbortSignal;
  /** Told before each step. */
  readonly onStep?: ((title: string) => void) | undefined;
}

const stepLimitMs = 60_000;
const endLimitMs = 30_000;

/**
 * Makes every step, those after a failed one too where they can be made, and leaves nothing behind: no process, no file.
 * Throws an abort alone.
 */
export async function selfTest(options: SelfTestOptions): Promise<readonly Step[]> {
  const folder = await mkdtemp(join(tmpdir(), "mortar-self-test-"));
  const machine = machineOf(options, folder);
  try {
    return await steps(machine, options);
  } finally {
    // Also after Ctrl-C, whose signal would end these at once.
    const signal = AbortSignal.timeout(endLimitMs);
    await machine.run(["proxy", "stop", "--now"], { signal }).catch(() => undefined);
    await machine.run(["emulator", "stop", "--data", machine.data], { signal }).catch(() => undefined);
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

interface Machine {
  readonly data: string;
  readonly deps: Deps;
  run(words: readonly string[], options: RunOptions): Promise<string>;
  json(words: readonly string[], options: RunOptions): Promise<Record<string, unknown>>;
}

interface RunOptions {
  readonly signal: AbortSignal;
  readonly input?: string;
}

function machineOf({ deps, self }: SelfTestOptions, folder: string): Machine {
  const env: Environment = {
    HOME: folder,
    USERPROFILE: folder,
    MORTAR_HOME: join(folder, "mortar"),
    // The person's own keyring stays as it is.
    MORTAR_TOKEN_STORAGE: "file",
    PATH: deps.env["PATH"] ?? deps.env["Path"],
    TMPDIR: folder,
    SYSTEMROOT: deps.env["SYSTEMROOT"] ?? deps.env["SystemRoot"],
    LANG: "C.UTF-8",
    BROWSER: "none",
    NO_PROXY: "127.0.0.1,localhost,::1",
  };
  const run: Machine["run"] = async (words, { signal, input }) => {
    const more = input === undefined ? {} : { input };
    const limits = { signal, timeoutMs: stepLimitMs, maxOutputBytes: 16_000_000 };
    const result = await deps.run([...self, ...words], { env, cwd: folder, ...limits, ...more });
    if (result.exitCode === 0) return result.stdout;
    const [first = ""] = result.stderr.trim().split("\n");
    throw new MortarError("check_failed", `mortar ${words.slice(0, 2).join(" ")}: ${first}`);
  };
  return {
    data: join(folder, "workspace"),
    deps: { ...deps, env, paths: resolvePaths(env, deps.os) },
    run,
    json: async (words, options) => {
      const answer = tryJson(await run([...words, "--json"], options));
      const data = isObject(answer) ? answer["data"] : undefined;
      if (!isObject(data))
        throw new MortarError("bad_response", `mortar ${words.slice(0, 2).join(" ")} printed no JSON`);
      return data;
    },
  };
}

async function steps(machine: Machine, options: SelfTestOptions): Promise<readonly Step[]> {
  const { deps, signal, onStep } = options;
  const done: Step[] = [];
  const step = async <T>(
    title: string,
    work: () => Promise<readonly [seen: string, value: T]>,
  ): Promise<T | undefined> => {
    signal.throwIfAborted();
    onStep?.(title);
    const startedMs = deps.clock.now();
    try {
      const [seen, value] = await work();
      done.push({ title, tookMs: deps.clock.now() - startedMs, seen, error: undefined });
      return value;
    } catch (thrown) {
      signal.throwIfAborted();
      done.push({ title, tookMs: deps.clock.now() - startedMs, seen: undefined, error: toMortarError(thrown).message });
      return undefined;
    }
  };
  const own = { signal };
  // What starts something is waited for: half started, it could not be found and stopped.
  const whole = { signal: AbortSignal.timeout(stepLimitMs) };
  const host = await step("Start an emulated workspace", async () => {
    const words = ["emulator", "start", "--port", "0", "--data", machine.data, "--write-profile", "DEFAULT"];
    const text = String((await machine.json(words, whole))["host"]);
    return [text, text];
  });
  if (host === undefined) return done;
  await step("Get a token from the credential helper", async () => {
    const token = await machine.run(["desktop", "credential-helper"], own);
    if (token.trim() === "" || /\s/.test(token)) throw new MortarError("check_failed", "it printed no bare token");
    return ["a bare token", undefined];
  });
  const models = await step("List the models", async () => {
    const found = rolesOf(await machine.json(["models", "list"], own));
    return [`${found.size} roles`, found];
  });
  const url = await step("Start the proxy", async () => {
    const text = String((await machine.json(["proxy", "start", "--port", "0"], whole))["url"]);
    return [text, text];
  });
  if (url !== undefined) {
    for (const question of questions) {
      await step(`Ask in the dialect ${question.title}`, async () => {
        const model = models?.get(question.role);
        if (model === undefined) throw new MortarError("not_found", `no model for ${question.role}`);
        return [await ask(machine, question, { url, model, signal }), undefined];
      });
    }
  }
  await step("Call a tool over MCP", async () => [await callTool(machine, own), undefined]);
  return done;
}

function rolesOf(data: Record<string, unknown>): ReadonlyMap<string, string> {
  const roles = isObject(data["roles"]) ? data["roles"] : {};
  return new Map(
    Object.entries(roles).flatMap(([role, one]) => {
      const model = isObject(one) ? one["model"] : one;
      return typeof model === "string" ? [[role, model]] : [];
    }),
  );
}

interface Question {
  readonly title: string;
  readonly role: string;
  readonly path: (model: string) => string;
  readonly body: (model: string) => object;
}

const word = "Answer with OK.";
const messages = [{ role: "user", content: word }];

const questions: readonly Question[] = [
  {
    title: "Anthropic Messages",
    role: "haiku",
    path: () => "anthropic/v1/messages",
    body: (model) => ({ model, max_tokens: 16, messages }),
  },
  {
    title: "OpenAI Responses",
    role: "codex",
    path: () => "codex/v1/responses",
    body: (model) => ({ model, max_output_tokens: 16, input: word }),
  },
  {
    title: "Gemini",
    role: "gemini",
    path: (model) => `gemini/v1beta/models/${encodeURIComponent(model)}:generateContent`,
    body: () => ({ contents: [{ role: "user", parts: [{ text: word }] }], generationConfig: { maxOutputTokens: 16 } }),
  },
  {
    title: "chat completions",
    role: "chat",
    path: () => "mlflow/v1/chat/completions",
    body: (model) => ({ model, max_tokens: 16, messages }),
  },
];

interface Asking {
  readonly url: string;
  readonly model: string;
  readonly signal: AbortSignal;
}

async function ask({ deps }: Machine, { path, body }: Question, { url, model, signal }: Asking): Promise<string> {
  const key = await readKey(deps);
  if (key === undefined) throw new MortarError("io", "the proxy has left no key");
  const answer = await deps.fetch(`${url}/p/DEFAULT/${path(model)}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key.reveal()}`, "content-type": "application/json" },
    body: JSON.stringify(body(model)),
    signal: AbortSignal.any([signal, AbortSignal.timeout(stepLimitMs)]),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new MortarError("bad_response", `HTTP ${answer.status}: ${text.slice(0, 200)}`);
  if (!isObject(tryJson(text))) throw new MortarError("bad_response", "the answer is no JSON object");
  return `${model}, ${text.length} bytes`;
}

/** A client's words, one a line: the server answers them and ends with its input. */
const conversation = [
  {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "mortar doctor", version: "1" } },
  },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "list_clusters", arguments: {} } },
];

async function callTool(machine: Machine, { signal }: RunOptions): Promise<string> {
  const input = conversation.map((message) => `${JSON.stringify(message)}\n`).join("");
  const output = await machine.run(["mcp", "serve"], { signal, input });
  for (const line of output.split("\n")) {
    const message = tryJson(line);
    const result = isObject(message) && message["id"] === 2 ? message["result"] : undefined;
    if (isObject(result) && result["isError"] !== true) return "list_clusters answered";
    if (isObject(result))
      throw new MortarError("check_failed", `list_clusters: ${JSON.stringify(result["content"]).slice(0, 200)}`);
  }
  throw new MortarError("check_failed", "list_clusters was not answered");
}
