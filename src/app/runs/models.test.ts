import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callerCredentials } from "../../auth/caller-token.ts";
import { resolvePaths } from "../../platform/paths.ts";
import { Secret } from "../../platform/secret.ts";
import { testDeps } from "../../proxy/testing.ts";
import type { Caller } from "../server/caller.ts";
import { createModels, type Models, type ModelWay } from "./models.ts";

/** A workspace that answers with who asked, and refuses a token that has ended. */
let refused = 0;
const ended = new Set<string>();
let workspace: Bun.Server<undefined>;
let folder: string;
let models: Models;

beforeAll(async () => {
  workspace = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      const authorization = request.headers.get("authorization") ?? "";
      if (ended.has(authorization)) {
        refused += 1;
        return Response.json({ error_code: "UNAUTHENTICATED" }, { status: 401 });
      }
      const { pathname } = new URL(request.url);
      if (!pathname.endsWith("/v1/messages")) return Response.json({ model_services: [], endpoints: [] });
      return Response.json({ type: "message", role: "assistant", content: [{ type: "text", text: authorization }] });
    },
  });
  folder = await mkdtemp(join(tmpdir(), "mortar-models-"));
  const paths = resolvePaths({ MORTAR_HOME: folder, HOME: folder }, "linux");
  models = createModels(testDeps({ paths }), "1.2.3");
});
afterAll(async () => {
  await models.close();
  await workspace.stop(true);
  await rm(folder, { recursive: true, force: true });
});

function callerWith(user: string, token: () => string): Caller {
  const host = `http://127.0.0.1:${workspace.port}`;
  return {
    user,
    displayName: user,
    access: {
      host,
      profile: undefined,
      source: { open: () => Promise.reject(new Error("not asked")), forget: () => undefined },
      credentials: () => Promise.resolve(callerCredentials(host, new Secret(token()))),
    },
  };
}

async function ask({ url, key }: Pick<ModelWay, "url" | "key">): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${url}/anthropic/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": key.reveal(), "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: JSON.stringify({ model: "claude-haiku-5-5", max_tokens: 5, messages: [{ role: "user", content: "hi" }] }),
  });
  return { status: answer.status, text: await answer.text() };
}

describe("a run's way to the models", () => {
  test("carries its own user's token, for two at once", async () => {
    const users = ["ann", "bob"];
    const ways = await Promise.all(users.map((name) => models.open(callerWith(name, () => `token-${name}`))));
    const answers = await Promise.all([...ways, ...ways].map((way) => ask(way)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const [at, { text }] of answers.entries()) expect(text).toContain(`Bearer token-${users[at % 2]}`);
    for (const way of ways) way.close();
  });

  test("carries the token that is the freshest in the middle of a run, and asks again with it when one has ended", async () => {
    let tokens = ["first"];
    const next = (): string => (tokens.length > 1 ? tokens.shift() : tokens[0]) ?? "";
    const way = await models.open(callerWith("cleo", next));
    expect((await ask(way)).text).toContain("Bearer first");
    tokens = ["second"];
    expect((await ask(way)).text).toContain("Bearer second");
    ended.add("Bearer second");
    tokens = ["second", "third"];
    const before = refused;
    expect((await ask(way)).text).toContain("Bearer third");
    expect(refused).toBe(before + 1);
    way.close();
  });

  test("is open to its own key and address alone, and only until its end", async () => {
    const [one, other] = await Promise.all(["ann", "bob"].map((name) => models.open(callerWith(name, () => name))));
    if (one === undefined || other === undefined) throw new Error("no way");
    const none = new Secret("a-key-that-nobody-has-given-out");
    expect((await ask({ url: one.url, key: none })).status).toBe(401);
    const bare = one.url.replace(/@.*$/, "");
    expect((await ask({ url: bare, key: one.key })).status).toBe(404);
    expect((await ask({ url: `${bare}@guessed`, key: one.key })).status).toBe(404);
    one.close();
    expect((await ask(one)).status).toBe(401);
    expect((await ask({ url: one.url, key: other.key })).status).toBe(404);
    expect((await ask(other)).status).toBe(200);
    other.close();
  });

  test("is there without a list of models, too", async () => {
    const byRole = await models.byRole(
      callerWith("dora", () => "x"),
      new AbortController().signal,
    );
    expect(byRole.listed).toEqual([]);
  });
});
