// `mortar config websearch`: what it sets, what it asks for, and that a key is never shown.
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { useWorlds, type TestWorld } from "../../auth/testing.ts";
import { noProgress } from "../../cli/progress.ts";
import type { CommandResult } from "../../cli/spec.ts";
import { readBraveKey } from "../../proxy/web/brave-key.ts";
import { readWebSettings } from "../../proxy/web/settings.ts";
import { run as disable } from "./websearch-disable.ts";
import { run as enable } from "./websearch-enable.ts";
import { websearchFacts } from "./websearch-facts.ts";
import { run as show } from "./websearch-show.ts";

const key = "BSAx0123456789abcdefghijklmnop";
const world = useWorlds({ config: "" });

interface EnableFlags {
  readonly backend?: string;
  readonly model?: string;
  readonly "searxng-url"?: string;
  readonly "fetch-budget"?: number;
  readonly "brave-key-stdin"?: boolean;
  readonly "dry-run"?: boolean;
}

const common = {
  profile: undefined,
  positionals: [],
  rest: [],
  json: false,
  progress: noProgress,
  signal: AbortSignal.timeout(20_000),
  build: { version: "1.2.3", commit: "abc" },
};

function enabled({ deps }: TestWorld, flags: EnableFlags = {}, stdin = ""): Promise<CommandResult> {
  const input = { ...deps.stdin, readAll: () => Promise.resolve(stdin) };
  const given = { "brave-key-stdin": false, "dry-run": false, ...flags };
  const context = { ...common, deps: { ...deps, stdin: input }, flags: given as Parameters<typeof enable>[0]["flags"] };
  return enable(context) as Promise<CommandResult>;
}

describe("enable", () => {
  test("without a word searches by the workspace", async () => {
    const made = world();
    const { data, text } = await enabled(made);
    expect(data).toEqual({
      enabled: true,
      backend: "workspace",
      model: null,
      searxng_url: null,
      brave_key: null,
      fetch_budget_bytes: 102_400,
    });
    expect(text).toContain("Web search and fetch are on.\nback end      workspace, by its newest GPT model\n");
    expect((await readWebSettings(made.deps)).enabled).toBe(true);
  });

  test("sets what is named, and leaves the rest", async () => {
    const made = world();
    await enabled(made, { model: "system.ai.gpt-5", "fetch-budget": 5_000 });
    await enabled(made, { backend: "searxng", "searxng-url": "http://127.0.0.1:8888/" });
    expect(await readWebSettings(made.deps)).toEqual({
      enabled: true,
      backend: "searxng",
      fetchBudgetBytes: 5_000,
      model: "system.ai.gpt-5",
      searxngUrl: "http://127.0.0.1:8888/",
    });
    await enabled(made, { backend: "workspace", model: "auto" });
    expect((await readWebSettings(made.deps)).model).toBeUndefined();
  });

  test("wants an address for SearXNG, and a key for Brave, before it changes anything", async () => {
    const made = world();
    expect(enabled(made, { backend: "searxng" })).rejects.toMatchObject({ code: "usage" });
    expect(enabled(made, { "searxng-url": "search.example.com" })).rejects.toMatchObject({ code: "usage" });
    expect(enabled(made, { backend: "brave" })).rejects.toMatchObject({
      code: "usage",
      hint: expect.stringContaining("stdin"),
    });
    expect(enabled(made, { backend: "brave", "brave-key-stdin": true }, "two words\n")).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect((await readWebSettings(made.deps)).enabled).toBe(false);
  });

  test("keeps a key in a private file where there is no keyring, and shows it nowhere", async () => {
    const made = world();
    const bare = { ...made, deps: { ...made.deps, keyring: undefined } };
    const { text, data } = await enabled(bare, { backend: "brave", "brave-key-stdin": true }, `${key}\n`);
    expect(text).toContain("brave, with the key in a private file");
    expect(JSON.stringify([text, data])).not.toContain(key);
    const file = join(made.deps.paths.data, "brave-search-key");
    expect(readFileSync(file, "utf8")).toBe(`${key}\n`);
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await readBraveKey(bare.deps))?.key.reveal()).toBe(key);
    expect(readFileSync(join(made.deps.paths.data, "settings.json"), "utf8")).not.toContain(key);
  });

  test("keeps a key in the keyring where there is one", async () => {
    const made = world();
    const kept = new Map<string, string>();
    const keyring = {
      get: (name: string) => Promise.resolve(kept.get(name)),
      set: async (name: string, value: string) => void kept.set(name, value),
      delete: async (name: string) => void kept.delete(name),
    };
    const held = { ...made, deps: { ...made.deps, keyring } };
    await enabled(held, { backend: "brave", "brave-key-stdin": true }, key);
    expect([...kept.values()]).toEqual([key]);
    expect(existsSync(join(made.deps.paths.data, "brave-search-key"))).toBe(false);
    expect((await readBraveKey(held.deps))?.place).toBe("keyring");
  });

  test("takes a key from the environment", async () => {
    const { text } = await enabled(world({ env: { BRAVE_API_KEY: key } }), { backend: "brave" });
    expect(text).toContain("brave, with the key in BRAVE_API_KEY");
    expect(text).not.toContain(key);
  });

  test("as a trial changes nothing", async () => {
    const made = world();
    const { text, data } = await enabled(made, { "dry-run": true });
    expect(text).toContain("Nothing was changed.");
    expect(data).toMatchObject({ enabled: true });
    expect(existsSync(join(made.home, "mortar"))).toBe(false);
  });
});

test("disable leaves the other settings for the next time", async () => {
  const made = world();
  await enabled(made, { backend: "duckduckgo" });
  const context = { ...common, deps: made.deps };
  await disable({ ...context, flags: { "dry-run": true } });
  expect((await readWebSettings(made.deps)).enabled).toBe(true);
  await disable({ ...context, flags: { "dry-run": false } });
  expect(await readWebSettings(made.deps)).toMatchObject({ enabled: false, backend: "duckduckgo" });
  const { text } = (await show({ ...context, flags: {} })) as CommandResult;
  expect(text).toStartWith("Web search and fetch are off.\nback end      duckduckgo\n");
});

test("config show tells of it", async () => {
  const made = world();
  const collect = () => websearchFacts.collect({ ...common, deps: made.deps });
  expect(await collect()).toEqual([{ key: "state", label: "state", value: "off" }]);
  await enabled(made, { backend: "none" });
  expect((await collect()).map(({ key: name, value }) => [name, value])).toEqual([
    ["state", "on"],
    ["backend", "none: pages are fetched, nothing is searched"],
    ["fetch_budget", "102400 bytes"],
  ]);
});
