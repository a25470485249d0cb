// A team's file: strict in its keys, and careful where it comes from.
import { describe, expect, test } from "bun:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fetch } from "../platform/deps.ts";
import { resolvePaths } from "../platform/paths.ts";
import { fetchTeamConfig, parseTeamConfig, readTeamFile } from "./team-config.ts";

const deps = { cwd: "/home/me/project", paths: resolvePaths({ HOME: "/home/me" }, "linux") };
const parse = (value: unknown) =>
  parseTeamConfig(typeof value === "string" ? value : JSON.stringify(value), "team.json", deps);
const signal = new AbortController().signal;

test("the keys of the older script are taken, and ours beside them", () => {
  const seed = {
    version: 1,
    host: "https://dbc-1.cloud.databricks.com/",
    profile: "fmapi-claudecode-profile",
    model: "m",
    opus: "o",
    sonnet: "s",
    haiku: "h",
    ttl: 30,
    settings_location: "cwd",
  };
  expect(parse(seed)).toMatchObject({
    host: "https://dbc-1.cloud.databricks.com",
    profile: "fmapi-claudecode-profile",
    models: { model: "m", opus: "o", sonnet: "s", haiku: "h" },
    ttlMs: 1_800_000,
    scope: { kind: "project", folder: "/home/me/project" },
  });
  expect(parse({ agents: ["codex", "claude"], mode: "wrapper", skills: false, mcp: true })).toMatchObject({
    agents: ["claude", "codex"],
    mode: "wrapper",
    skills: false,
    server: true,
  });
  expect(parse({ mcp_name: "dbx", ttl: "20" })).toMatchObject({ serverName: "dbx", ttlMs: 1_200_000 });
  expect(parse(`\uFEFF{}`).host).toBeUndefined();
});

test("Claude Desktop goes beside agents, or alone", () => {
  expect(parse({ agents: ["claude-desktop", "claude"] })).toMatchObject({ agents: ["claude"], desktop: true });
  const alone = parse({ agents: ["claude-desktop"] });
  expect([alone.agents, alone.desktop]).toEqual([undefined, true]);
  expect(parse({ agents: ["claude", "claude"] })).toMatchObject({ agents: ["claude"] });
  expect(parse({ agents: ["claude"] }).desktop).toBeUndefined();
});

test("the keys of the older script's last versions are taken, and it is said that they do nothing", () => {
  const later = {
    host: "https://dbc-1.cloud.databricks.com",
    ai_gateway: true,
    workspace_id: 1234567890123456,
    provider_id: "Databricks",
    provider_name: "Databricks AI Gateway",
    model_reasoning_effort: "xhigh",
  };
  const { host, notes } = parse(later);
  expect(host).toBe("https://dbc-1.cloud.databricks.com");
  expect(notes).toEqual([
    expect.stringContaining("ai_gateway, workspace_id, provider_id, provider_name, model_reasoning_effort left aside"),
  ]);
  expect(parse({ workspace_id: "12" }).notes).toEqual([expect.stringContaining("workspace_id left aside")]);
  expect(parse({ host: later.host }).notes).toBeUndefined();
});

test.each([
  ["a gateway that is no switch", { ai_gateway: "yes" }, "ai_gateway has another kind of value"],
  ["an id with letters", { workspace_id: "12x" }, "workspace_id has another kind of value"],
  ["an effort that there is not", { model_reasoning_effort: "most" }, "model_reasoning_effort has another kind"],
  ["an empty provider", { provider_id: "" }, "provider_id has another kind of value"],
  ["a name of every object", { toString: 1 }, "unknown keys"],
  ["Claude Desktop beside an unknown one", { agents: ["claude-desktop", "emacs"] }, "no list of agents"],
  ["no JSON", "{", "no JSON object"],
  ["a list", [], "no JSON object"],
  ["an unknown key", { hots: "x" }, "unknown keys"],
  ["another version", { version: 2 }, "version is not 1"],
  ["a host that is http", { host: "http://dbc-1.cloud.databricks.com" }, "not https"],
  ["an empty host", { host: " " }, "host has to be a text"],
  ["a profile with a bracket", { profile: "a]b" }, "letters, digits"],
  ["a ttl over an hour", { ttl: 61 }, "from 1 to 60"],
  ["a ttl in words", { ttl: "soon" }, "from 1 to 60"],
  ["a ttl that is no number", { ttl: true }, "from 1 to 60"],
  ["a ttl in a list", { ttl: [30] }, "from 1 to 60"],
  ["a name that no agent takes", { mcp_name: "--x" }, "no name for a server"],
  ["an unknown agent", { agents: ["claude", "emacs"] }, "no list of agents"],
  ["no agent", { agents: [] }, "no list of agents"],
  ["an unknown mode", { mode: "magic" }, "no mode"],
  ["a switch in words", { skills: "yes" }, "true or false"],
  ["a model that is a number", { opus: 5 }, "opus has to be a text"],
])("%s is refused", (_, value, message) => expect(() => parse(value)).toThrow(message));

test("a key with a slip of the finger is answered with the right one", () => {
  expect(() => parse({ profil: "x" })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("Did you mean profile?") }),
  );
});

test("a file that is not there is named", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mortar-team-"));
  writeFileSync(join(folder, "team.json"), '{ "ttl": 5 }');
  expect(await readTeamFile(deps, join(folder, "team.json"))).toMatchObject({ ttlMs: 300_000 });
  await expect(readTeamFile(deps, join(folder, "none.json"))).rejects.toMatchObject({ code: "not_found" });
});

describe("by an address", () => {
  const asked: { url: string; headers: Headers }[] = [];
  const answering = (answers: Readonly<Record<string, Response | (() => Response)>>): Fetch => {
    asked.length = 0;
    return (input, init) => {
      const url = String(input);
      asked.push({ url, headers: new Headers(init?.headers as Record<string, string>) });
      const answer = answers[url];
      if (answer === undefined) return Promise.reject(new TypeError("no route"));
      return Promise.resolve(typeof answer === "function" ? answer() : answer);
    };
  };
  const at = (fetch: Fetch, url = "https://team.example/a.json?key=s3cret") =>
    fetchTeamConfig({ ...deps, fetch }, url, signal);
  const to = (location: string) => new Response(null, { status: 302, headers: { location } });
  const first = "https://team.example/a.json?key=s3cret";

  test("it is fetched without anything of the person's", async () => {
    expect(await at(answering({ [first]: Response.json({ ttl: 10 }) }))).toMatchObject({ ttlMs: 600_000 });
    expect(asked[0]?.headers.has("authorization")).toBe(false);
  });

  test("a redirect is followed on https only", async () => {
    const good = answering({ [first]: to("/b.json"), "https://team.example/b.json": Response.json({ ttl: 10 }) });
    expect(await at(good)).toMatchObject({ ttlMs: 600_000 });
    await expect(at(answering({ [first]: to("http://team.example/b.json") }))).rejects.toThrow("not https");
    expect(asked).toHaveLength(1);
    await expect(at(answering({ [first]: () => to(first) }))).rejects.toThrow("from one address to the next");
  });

  test.each(["http://team.example/a.json", "file:///etc/passwd", "team.json", ""])(
    "%p is no address for it",
    async (url) => {
      await expect(at(answering({}), url)).rejects.toMatchObject({ code: "usage" });
      expect(asked).toEqual([]);
    },
  );

  test("other answers, large ones and none are errors that show no secret of the address", async () => {
    const failing = async (answer: Response | undefined, message: string): Promise<void> => {
      const thrown = await at(answering(answer === undefined ? {} : { [first]: answer })).then(
        () => new Error("it was taken"),
        (error: Error) => error,
      );
      expect(thrown.message).toContain(message);
      expect(thrown.message).not.toContain("s3cret");
    };
    await failing(new Response("no", { status: 404 }), "answered with 404");
    await failing(new Response("x".repeat(300_000)), "more than 262144 bytes");
    await failing(new Response("<html>"), "no JSON object");
    await failing(undefined, "no connection");
  });
});
