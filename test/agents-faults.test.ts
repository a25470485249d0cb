// Real agents in sessions with tools while something goes wrong: tokens that end, refusals, busy workspaces, connections
// that break, many at once. Claude Code always; the others with everything, for they are fetched for it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onStage, signIn, type SeenRequest, type Stage } from "./support/agent-stage.ts";
import { createMachine } from "./support/binary.ts";
import { claudeCode, otherAgents, type RealAgent } from "./support/real-agents.ts";
import { startWorkspace } from "./support/workspace.ts";

const messages = claudeCode.path;
const outputOf = (ran: { stdout: string; stderr: string }): string => `${ran.stdout}${ran.stderr}`;
const fits =
  (path: RegExp, { method, status }: Partial<SeenRequest>) =>
  (one: SeenRequest) =>
    path.test(one.path) && (method === undefined || one.method === method) && (status ?? one.status) === one.status;

/** A call of a tool, and then what is told: a session of two turns. `second` is what the workspace does at the second. */
function twoTurns(agent: RealAgent, name: string, second: object = {}): object {
  const notebook = { notebook_path: `~/${name}`, content: "print(6 * 7)" };
  return {
    when: `case ${name} `,
    turns: [
      { text: "I write it.", tools: [{ name: agent.tool("write_notebook"), input: notebook }] },
      { text: `Done with ${name}.`, ...second },
      // What an agent that keeps the beginning of a broken answer asks for.
      { text: `Done with ${name}.` },
    ],
  };
}

const ask = (name: string): string => `case ${name} of the test`;

// What agents ask on the side: a title, a summary.
const side = { when: "", turns: Array.from({ length: 12 }, () => ({ text: "A title" })) };

const error = (status: number, more: object = {}): object => ({ error: { status, shape: "workspace", ...more } });
const broken = (kind: string): object => ({ fault: { kind, after_events: 3 } });

/** What an agent comes through by itself, asking again. */
const passing: Readonly<Record<string, object>> = {
  "429 with Retry-After": error(429, { retry_after: "1", message: "Exceeded input tokens per minute" }),
  "529": { error: { status: 529, type: "overloaded_error", message: "Overloaded" } },
  "503": error(503, { message: "The service is not available" }),
  "reset after the first byte": broken("reset"),
};

const nameOf = (fault: string): string => fault.toLowerCase().replaceAll(/\W+/g, "-");

interface Ongoing {
  readonly stage: Stage;
  readonly end: () => Promise<void>;
}

/** A stage that stays for the tests of a group. */
async function openStage(agents: readonly RealAgent[]): Promise<Ongoing> {
  const opened = Promise.withResolvers<Stage>();
  const ended = Promise.withResolvers<void>();
  const played = onStage(agents, (stage) => {
    opened.resolve(stage);
    return ended.promise;
  });
  played.catch(opened.reject);
  return {
    stage: await opened.promise,
    end: () => {
      ended.resolve();
      return played;
    },
  };
}

/** A session in which the token ends between two turns. On a stage of its own: no token is refreshed twice in a moment. */
const expiry = (agent: RealAgent): Promise<void> => onStage([agent], (stage) => playExpiry(stage, agent));

async function playExpiry(stage: Stage, agent: RealAgent): Promise<void> {
  await signIn(stage);
  const { workspace, session, seen } = stage;
  const [first, second, third] = (twoTurns(agent, "expiry") as { turns: object[] }).turns;
  const conversation = { when: "case expiry ", turns: [first, { ...first, first_delay_ms: 800 }, second, third] };
  await workspace.control("PUT", "scenario", { conversations: [conversation, side] });
  await workspace.control("DELETE", "requests");
  const state = { isOver: false };
  const running = session(agent, ask("expiry")).finally(() => {
    state.isOver = true;
  });
  while (!state.isOver && (await seen(agent.path)).length === 0) await Bun.sleep(10);
  await workspace.control("POST", "tokens/expire", { kind: "access" });
  const ran = await running;
  expect(outputOf(ran)).toContain("Done with expiry.");
  expect(ran.exitCode).toBe(0);
  const asked = await seen(/./);
  // Met by the proxy or by the server of the tools, whichever asks first, and mended once for both; no tool call was lost on the way.
  expect(asked.filter(fits(/^\/oidc\/v1\/token$/, { method: "POST", status: 200 }))).toHaveLength(1);
  const refused = asked.filter(fits(/./, { status: 401 }));
  expect(refused.length).toBeGreaterThanOrEqual(1);
  expect(refused.filter(fits(agent.path, {})).length).toBeLessThanOrEqual(1);
  expect(asked.some(fits(/^\/api\/2\.0\/workspace\/import$/, { method: "POST", status: 200 }))).toBe(true);
  expect(asked.filter(fits(agent.path, { status: 200 })).length).toBeGreaterThanOrEqual(3);
}

/** A session whose second request to the model is met by a fault of the whole workspace. */
async function meets(stage: Stage, agent: RealAgent, fault: object): Promise<string> {
  const { workspace, session } = stage;
  await workspace.control("PUT", "scenario", { conversations: [twoTurns(agent, "fault"), side] });
  await workspace.control("DELETE", "requests");
  await workspace.control("POST", "faults", { method: "POST", after: 1, ...fault });
  try {
    const said = outputOf(await session(agent, ask("fault")));
    const { faults } = (await workspace.control("GET", "faults")) as { faults: readonly { hits: number }[] };
    expect(faults[0]?.hits).toBe(1);
    return said;
  } finally {
    await workspace.control("DELETE", "faults");
  }
}

describe("Claude Code", () => {
  let group: Ongoing;
  const ran: Record<string, Promise<{ stdout: string; stderr: string; exitCode: number }>> = {};
  const refused = error(403, { message: "User does not have EXECUTE on Model Service 'm'.", times: 0 });
  const stalls = broken("stall");

  beforeAll(async () => {
    group = await openStage([claudeCode]);
    const { workspace, session } = group.stage;
    const cases = { ...passing, "403": refused, stall: stalls };
    const conversations = Object.entries(cases).map(([fault, second]) => twoTurns(claudeCode, nameOf(fault), second));
    await workspace.control("PUT", "scenario", { conversations: [...conversations, side] });
    const watchdog = {
      CLAUDE_ENABLE_STREAM_WATCHDOG: "1",
      CLAUDE_STREAM_IDLE_TIMEOUT_MS: "2000",
      CLAUDE_ENABLE_BYTE_WATCHDOG: "1",
      CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS: "2000",
    };
    // Side by side: most of each is waiting.
    for (const fault of Object.keys(cases)) {
      ran[fault] = session(claudeCode, ask(nameOf(fault)), fault === "stall" ? { env: watchdog } : {});
    }
  }, 60_000);

  afterAll(() => group.end());

  test.each([...Object.keys(passing), "stall"])(
    "comes through a turn met by: %s",
    async (fault) => {
      const session = await ran[fault];
      expect(session?.stdout).toContain(`Done with ${nameOf(fault)}.`);
      expect(session?.exitCode).toBe(0);
    },
    60_000,
  );

  test("says why a model may not be used, and asks no more", async () => {
    const session = await ran["403"];
    expect(session?.stdout).toContain("may not use the model");
    expect(session?.stdout).toContain("Ask an admin for EXECUTE");
    expect(session?.exitCode).not.toBe(0);
    const asked = await group.stage.seen(messages);
    expect(asked.filter(({ status }) => status === 403)).toHaveLength(1);
  }, 60_000);
});

describe("Claude Code, signed in as a person", () => {
  let group: Ongoing;

  beforeAll(async () => {
    group = await openStage([claudeCode]);
    await signIn(group.stage);
  }, 60_000);

  afterAll(() => group.end());

  test("goes on when the token ends between two turns", () => expiry(claudeCode), 60_000);

  test("does not notice a token that is refused once", async () => {
    const path = "/ai-gateway/anthropic/v1/messages";
    const said = await meets(group.stage, claudeCode, { kind: "status", status: 401, path, message: "Invalid token" });
    expect(said).toContain("Done with fault.");
    const asked = await group.stage.seen(/./);
    expect(asked.filter(fits(messages, { status: 401 }))).toHaveLength(1);
    expect(asked.filter(fits(messages, { status: 200 }))).toHaveLength(2);
    expect(asked.filter(fits(/^\/oidc\/v1\/token$/, { method: "POST" }))).toHaveLength(1);
  }, 60_000);

  test("does not notice a connection that is reset before the first byte", async () => {
    const said = await meets(group.stage, claudeCode, { kind: "reset", path: "/ai-gateway/anthropic/v1/messages" });
    expect(said).toContain("Done with fault.");
    const asked = await group.stage.seen(messages);
    expect(asked.map(({ fault }) => fault)).toEqual([undefined, "reset", undefined]);
  }, 60_000);

  test("says that a web page came, and asks no more", async () => {
    const said = await meets(group.stage, claudeCode, {
      kind: "html",
      path: "/ai-gateway/anthropic/v1/messages",
      times: 0,
    });
    expect(said).toContain("The workspace answered with a web page");
    expect(await group.stage.seen(messages)).toHaveLength(2);
  }, 60_000);
});

describe("what Claude Code's sessions leave", () => {
  let group: Ongoing;
  const conversation = (name: string): object => {
    const usage = { input_tokens: 1200, output_tokens: 340, cache_read_tokens: 5000, cache_write_tokens: 60 };
    const { turns, ...rest } = twoTurns(claudeCode, name) as { turns: object[] };
    return { ...rest, turns: turns.map((turn) => ({ ...turn, usage })) };
  };

  beforeAll(async () => {
    group = await openStage([claudeCode]);
    await group.stage.workspace.control("PUT", "scenario", {
      conversations: [...["legacy", "counted", "costly"].map(conversation), side],
    });
  }, 60_000);

  afterAll(() => group.end());

  test("telemetry in the workspace's tables, and a count of tokens that is the model's own", async () => {
    const { machine, workspace, session } = group.stage;
    expect((await machine.json(["config", "otel", "enable"])).ok).toBe(true);
    expect((await session(claudeCode, ask("counted"))).stdout).toContain("Done with counted.");
    const today = async (): Promise<Record<string, number>> => {
      const { data } = await machine.json(["status"]);
      return (data["usage"] as { today: Record<string, number> }).today;
    };
    // Written a moment after it was counted.
    while ((await today())["requests"] !== 2) await Bun.sleep(50);
    expect(await today()).toMatchObject({
      requests: 2,
      input_tokens: 2400,
      output_tokens: 680,
      cache_read_tokens: 10_000,
      cache_write_tokens: 120,
    });
    expect(JSON.stringify(await workspace.control("GET", "otel"))).toMatch(/metrics.*[1-9]/);
    expect((await machine.json(["config", "otel", "disable"])).ok).toBe(true);
  }, 60_000);

  test("a session on a workspace that has serving endpoints alone", async () => {
    const { machine, session, seen } = group.stage;
    await machine.json(["config", "upstream", "--family", "serving-endpoints"]);
    await machine.run(["proxy", "stop"]);
    expect((await session(claudeCode, ask("legacy"))).stdout).toContain("Done with legacy.");
    const asked = await seen(/^\/serving-endpoints\/anthropic\/v1\/messages$/);
    expect(asked.filter(({ status }) => status === 200)).toHaveLength(2);
    await machine.json(["config", "upstream", "--family", "auto"]);
    await machine.run(["proxy", "stop"]);
  }, 60_000);

  test("a budget of the day that is used up ends the session, and says so", async () => {
    const { machine, session } = group.stage;
    expect((await machine.json(["config", "budget", "--daily", "0.01"])).ok).toBe(true);
    const ended = await session(claudeCode, ask("costly"));
    expect(outputOf(ended)).toMatch(/budget/i);
    expect(outputOf(ended)).not.toContain("Done with costly.");
    expect(ended.exitCode).not.toBe(0);
  }, 60_000);
});

test("two profiles side by side, five sessions each: each workspace sees its own alone", async () => {
  const other = await createMachine();
  try {
    const second = await startWorkspace(other);
    try {
      await onStage([claudeCode], async ({ machine, workspace, session }) => {
        const file = join(machine.home, ".databrickscfg");
        const theirs = await readFile(join(other.home, ".databrickscfg"), "utf8");
        await writeFile(file, `${await readFile(file, "utf8")}\n${theirs.replace("[DEFAULT]", "[OTHER]")}`);
        const names = Array.from({ length: 5 }, (_none, index) => `number-${index}`);
        for (const [place, mark] of [
          [workspace, "here"],
          [second, "there"],
        ] as const) {
          const conversations = names.map((name) => twoTurns(claudeCode, name, { text: `Done ${mark} ${name}.` }));
          await place.control("PUT", "scenario", { conversations: [...conversations, side] });
          await place.control("DELETE", "requests");
        }
        const said = await Promise.all(
          names.flatMap((name) => [
            session(claudeCode, ask(name), { words: ["--profile", "DEFAULT"] }),
            session(claudeCode, ask(name), { words: ["--profile", "OTHER"] }),
          ]),
        );
        const wanted = names.flatMap((name) => [`Done here ${name}.`, `Done there ${name}.`]);
        expect(said.map(({ stdout }) => stdout.trim())).toEqual(wanted);
        for (const { requests } of [workspace, second]) {
          const asked = await requests();
          expect(asked.filter(({ path }) => messages.test(path)).map(({ status }) => status)).toEqual(
            Array.from({ length: 10 }, () => 200),
          );
          expect(asked.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
        }
      });
    } finally {
      await second.stop();
    }
  } finally {
    await other.dispose();
  }
}, 120_000);

const gatewayPaths: Readonly<Record<string, string>> = {
  codex: "/ai-gateway/codex/v1/responses",
  gemini: "/ai-gateway/gemini/**",
  opencode: "/ai-gateway/anthropic/v1/messages",
  copilot: "/ai-gateway/mlflow/v1/chat/completions",
};

if (process.env["MORTAR_TEST_ALL"] === "1") {
  const agents = otherAgents.filter(({ name }) => name in gatewayPaths);
  describe.each(agents.map((agent) => [agent.name, agent] as const))("%s", (name, agent) => {
    let group: Ongoing;
    const path = gatewayPaths[name] ?? "";

    beforeAll(async () => {
      group = await openStage([agent]);
      await signIn(group.stage);
    }, 60_000);

    afterAll(() => group.end());

    test("goes on when the token ends between two turns", () => expiry(agent), 120_000);

    test.each([
      ["401", { kind: "status", status: 401, message: "Invalid token" }],
      ["429 with Retry-After", { kind: "status", status: 429, retry_after: "1", message: "Exceeded queries per hour" }],
      ["a reset before the first byte", { kind: "reset" }],
      ["a reset after the first byte", { kind: "truncate", bytes: 300 }],
    ])(
      "comes through a turn met by %s",
      async (told, fault) => {
        expect(await meets(group.stage, agent, { path, ...fault })).toContain("Done with fault.");
        const asked = await group.stage.seen(/./);
        expect(asked.filter(fits(/^\/api\/2\.0\/workspace\/import$/, { method: "POST", status: 200 }))).toHaveLength(1);
        expect(asked.filter(fits(agent.path, { status: 401 }))).toHaveLength(told === "401" ? 1 : 0);
      },
      120_000,
    );
  });
}
