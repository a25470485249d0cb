// Whole deployments to the emulated workspace, of a small program in the place of the real one: from nothing, again, changed,
// broken off, broken, refused.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callerCredentials } from "../../auth/caller-token.ts";
import { startTestEmulator, type TestEmulator } from "../../emulator/testing-server.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Deps, Fetch } from "../../platform/deps.ts";
import { Secret } from "../../platform/secret.ts";
import { testDeps } from "../../tools/testing.ts";
import { createWorkspace, type Workspace } from "../../workspace/workspace.ts";
import { deployApp, type DeployOutcome } from "./deploy.ts";
import { defaultScopes, refusedScopes } from "./scopes.ts";
import type { DeployWish } from "./wish.ts";

// Apps are processes, and logs end with a pause.
setDefaultTimeout(60_000);

let emulator: TestEmulator;
let workspace: Workspace;
let deps: Deps;
let scratch: string;
beforeAll(async () => {
  emulator = await startTestEmulator();
  deps = { ...testDeps(systemClock as never), fetch: fetch as Fetch, clock: systemClock };
  const credentials = callerCredentials(emulator.host, new Secret(emulator.token));
  workspace = createWorkspace({ deps, credentials, userAgent: { version: "1.0.0" } });
  scratch = await mkdtemp(join(tmpdir(), "mortar-deploy-"));
});
afterAll(async () => {
  await emulator.dispose();
  await rm(scratch, { recursive: true, force: true });
});

/** A program that answers with its words and its greeting; of several parts, the first of which are always the same. */
const programOf = (greeting: string): Blob =>
  new Blob([
    `#!/bin/sh
exec python3 -c '
import http.server, json, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"words": sys.argv[2:], "says": sys.argv[1], "home": os.environ["MORTAR_HOME"]}).encode())
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["DATABRICKS_APP_PORT"])), Handler).serve_forever()
' "$GREETING ${greeting}" "$@"
`,
    "# ".padEnd(8 * 1024 * 1024, "padding "),
    `\n# ${greeting}\n`,
  ]);

const wishOf = (more: Partial<DeployWish> = {}): DeployWish => ({
  name: "builder",
  program: { content: programOf("hello"), from: "a test" },
  agents: ["claude"],
  lakebase: undefined,
  warehouse: undefined,
  servingEndpoint: undefined,
  experiment: undefined,
  scopes: undefined,
  env: [],
  sourcePath: undefined,
  stagingFolder: undefined,
  replace: false,
  uploadAll: false,
  dryRun: false,
  timeoutMs: 30_000,
  ...more,
});

const never = new AbortController().signal;
const deploy = (more: Partial<DeployWish> = {}, signal = never): Promise<DeployOutcome> =>
  deployApp({ workspace, deps, signal, progress: () => undefined }, wishOf(more));

async function asked(url: string | undefined): Promise<unknown> {
  const response = await fetch(`${url}/`, { headers: { authorization: `Bearer ${emulator.token}` } });
  return response.ok ? await response.json() : response.status;
}

const writes = async (): Promise<readonly string[]> => {
  const { json } = await emulator.control("GET requests");
  const all = json["requests"] as { method: string; path: string }[];
  return all.filter(({ method, path }) => method !== "GET" && path.startsWith("/api/")).map(({ path }) => path);
};

describe("a deployment", () => {
  test("from nothing, again, and of a newer program", async () => {
    const first = await deploy({ env: [{ name: "GREETING", value: 'say "hi": now' }] });
    expect(first).toMatchObject({ action: "create", alreadyThere: 0, deployment: { state: "SUCCEEDED" }, log: [] });
    expect(first.uploaded.map((name) => name.replace(/[0-9a-f]{32}/, "HASH"))).toEqual([
      "parts/HASH.gz",
      "parts/HASH.gz",
      "start.py",
      "package.json",
      "parts.json",
      "app.yaml",
    ]);
    expect(await asked(first.url)).toMatchObject({
      says: 'say "hi": now hello',
      words: ["app", "serve", "--behind-databricks-apps"],
    });
    const app = (await emulator.call("GET /api/2.0/apps/builder")).json;
    expect(app["user_api_scopes"]).toEqual([...defaultScopes]);

    // Without the variable, which is remembered.
    const again = await deploy();
    expect(again).toMatchObject({ action: "none", uploaded: [], bytesSent: 0, deployment: { state: "SUCCEEDED" } });

    const newer = await deploy({
      program: { content: programOf("world"), from: "a test" },
      env: [{ name: "GREETING", value: "" }],
    });
    // The part with the beginning, the one with the end, and what names them; the one between is the same.
    expect(newer.uploaded.filter((name) => name.startsWith("parts/")).length).toBe(2);
    expect(newer.removed).toBe(2);
    expect(await asked(newer.url)).toMatchObject({ says: " world" });
    const items = await workspace.objects.list(`${newer.sourcePath}/parts`);
    expect(items).toHaveLength(newer.parts.parts.length);
  });

  test("only rehearsed writes nothing, and says all that it would", async () => {
    await emulator.control("DELETE requests");
    const wish = { name: "rehearsed", lakebase: { kind: "project", name: "data" }, experiment: "traces" } as const;
    const staged = join(scratch, "rehearsed");
    const outcome = await deploy({ ...wish, dryRun: true, stagingFolder: staged });
    expect(await writes()).toEqual([]);
    expect(outcome).toMatchObject({ action: "create", makesDatabase: true, deployment: undefined });
    expect(outcome.uploaded).toHaveLength(6);
    expect(outcome.resources).toEqual([
      {
        name: "database",
        postgres: {
          branch: "projects/data/branches/production",
          database: "projects/data/branches/production/databases/databricks-postgres",
          permission: "CAN_CONNECT_AND_CREATE",
        },
      },
    ]);
    expect((await readdir(staged)).toSorted()).toEqual(["app.yaml", "package.json", "parts", "parts.json", "start.py"]);
    expect(await readFile(join(staged, "app.yaml"), "utf8")).toContain(
      '"--database", "lakebase:projects/data/branches/production/endpoints/primary"]',
    );
    expect(JSON.parse(await readFile(join(staged, "package.json"), "utf8"))).toMatchObject({
      dependencies: { "@anthropic-ai/claude-code": expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    });
    const sizes = await Promise.all(
      (await readdir(join(staged, "parts"))).map((name) => Bun.file(join(staged, "parts", name)).size),
    );
    expect(Math.max(...sizes)).toBeLessThan(9_000_000);
  });

  test("with a database, an experiment and more makes what is missing, and keeps what others gave the app", async () => {
    await emulator.call("POST /api/2.0/apps", {
      body: {
        name: "with-data",
        description: "Mine",
        resources: [{ name: "key", secret: { scope: "s", key: "k", permission: "READ" } }],
        user_api_scopes: ["sql", "postgres"],
      },
    });
    const wish = {
      name: "with-data",
      lakebase: { kind: "project", name: "data" },
      experiment: "traces",
      warehouse: "abc",
      servingEndpoint: "model",
    } as const;
    const outcome = await deploy(wish);
    expect(outcome).toMatchObject({ action: "update", makesDatabase: true, deployment: { state: "SUCCEEDED" } });
    expect(outcome.resources.map((one) => one["name"])).toEqual([
      "key",
      "database",
      "warehouse",
      "serving-endpoint",
      "experiment",
    ]);
    const app = (await emulator.call("GET /api/2.0/apps/with-data")).json;
    expect(app).toMatchObject({ description: "Mine", resources: outcome.resources });
    expect(app["user_api_scopes"]).toEqual(["sql", "postgres", ...defaultScopes.filter((scope) => scope !== "sql")]);
    expect(await asked(outcome.url)).toMatchObject({
      words: [
        "app",
        "serve",
        "--behind-databricks-apps",
        "--database",
        "lakebase:projects/data/branches/production/endpoints/primary",
      ],
    });
    // What it was asked for before holds, whoever deploys it again.
    const again = await deploy({ name: "with-data" });
    expect(again).toMatchObject({ action: "none", makesDatabase: false, uploaded: [] });
    const without = await deploy({ name: "with-data", lakebase: "none", agents: ["claude", "codex"], dryRun: true });
    expect(without).toMatchObject({ action: "update", uploaded: expect.arrayContaining(["package.json", "app.yaml"]) });
    expect(without.resources.map((one) => one["name"])).toEqual(["key", "warehouse", "serving-endpoint", "experiment"]);
    expect(without.texts.find(({ file }) => file === "app.yaml")?.text).not.toContain("--database");
    const instance = await deploy({ name: "with-data", lakebase: { kind: "instance", name: "older" } });
    expect(instance.resources.filter((one) => one["name"] === "database")).toEqual([
      {
        name: "database",
        database: {
          instance_name: "older",
          database_name: "databricks_postgres",
          permission: "CAN_CONNECT_AND_CREATE",
        },
      },
    ]);
    expect((await emulator.call("GET /api/2.0/database/instances/older")).status).toBe(200);
  });
});

describe("what is broken off or broken", () => {
  test("is taken up where it was", async () => {
    const stop = new AbortController();
    const progress = (message: string): void => {
      if (message.includes("100 %")) stop.abort(new DOMException("Interrupted", "AbortError"));
    };
    const broken = deployApp({ workspace, deps, signal: stop.signal, progress }, wishOf({ name: "stopped" }));
    await expect(broken).rejects.toThrow("Interrupted");
    const { json } = await emulator.call("GET /api/2.0/apps/stopped/deployments");
    expect(json).toEqual({});
    const next = await deploy({ name: "stopped" });
    expect(next.deployment?.state).toBe("SUCCEEDED");
    expect(next.alreadyThere).toBeGreaterThan(0);
  });

  test("a stopped app is started, and a deployment that is on its way is waited for", async () => {
    await deploy({ name: "resting" });
    await emulator.call("POST /api/2.0/apps/resting/stop", { body: {} });
    const both = await Promise.all([deploy({ name: "resting" }), deploy({ name: "resting" })].map(settled));
    expect(both.filter((one) => one === "SUCCEEDED").length).toBeGreaterThan(0);
    expect(await settled(deploy({ name: "resting" }))).toBe("SUCCEEDED");
  });

  test("a damaged part is in the log, and uploading all again mends it", async () => {
    const { sourcePath, parts } = await deploy({ name: "damaged" });
    const [part] = parts.parts;
    const content = new Uint8Array(part?.sizeBytes ?? 0);
    await workspace.objects.import(`${sourcePath}/${part?.file}`, { content, format: "AUTO", overwrite: true });
    const failed = await deploy({ name: "damaged" });
    expect(failed).toMatchObject({ deployment: { state: "FAILED" }, isFolderBroken: true });
    expect(failed.log.join("\n")).toContain(`part 1 of ${parts.parts.length} (${part?.file}) is damaged`);
    const mended = await deploy({ name: "damaged", uploadAll: true });
    expect(mended).toMatchObject({ deployment: { state: "SUCCEEDED" }, alreadyThere: 0 });
  });

  test("a program that ends is told with what it said", async () => {
    const content = new Blob(["#!/bin/sh\necho no such flag: $3 >&2\nexit 2\n"]);
    const failed = await deploy({ name: "ending", program: { content, from: "a test" } });
    expect(failed).toMatchObject({ deployment: { state: "FAILED" }, isFolderBroken: false });
    expect(failed.log).toContain("no such flag: --behind-databricks-apps");
  });
});

describe("what is not ours", () => {
  test("is not touched unless that is said: an app, a folder", async () => {
    const folder = "/Workspace/Users/me@example.com/shop";
    await workspace.objects.mkdirs(folder);
    await workspace.objects.import(`${folder}/app.py`, { content: "print()", format: "AUTO" });
    await emulator.control("DELETE requests");
    await expect(deploy({ name: "shop", sourcePath: folder })).rejects.toMatchObject({ code: "already_exists" });
    expect(await writes()).toEqual([]);
    const notebooks = "/Workspace/Users/me@example.com/notebooks";
    await workspace.objects.mkdirs(`${notebooks}/deeper`);
    await expect(deploy({ name: "shop", sourcePath: notebooks })).rejects.toMatchObject({ code: "already_exists" });
    await deploy({ name: "first", sourcePath: "/Workspace/Users/me@example.com/one" });
    // Where it is deployed from is remembered.
    expect((await deploy({ name: "first" })).sourcePath).toEndWith("/Users/me@example.com/one");
    const elsewhere = deploy({ name: "first", sourcePath: "/Workspace/Users/me@example.com/two" });
    await expect(elsewhere).rejects.toMatchObject({
      code: "already_exists",
      hint: expect.stringContaining("--replace"),
    });
    const replaced = await deploy({ name: "first", sourcePath: "/Workspace/Users/me@example.com/two", replace: true });
    expect(replaced.deployment?.state).toBe("SUCCEEDED");
  });

  test("scopes that the workspace does not give are left out and told; named ones are an error", async () => {
    const refusal = {
      kind: "status",
      status: 400,
      path: "/api/2.0/apps",
      method: "POST",
      times: 1,
      error_code: "INVALID_PARAMETER_VALUE",
      message: "The scopes genie, mcp.external are not allowed by the workspace.",
    };
    await emulator.control("POST faults", refusal);
    const outcome = await deploy({ name: "narrow" });
    expect(outcome.refusedScopes).toEqual(["genie", "mcp.external"]);
    expect(outcome.scopes).toEqual(defaultScopes.filter((scope) => !["genie", "mcp.external"].includes(scope)));
    await emulator.control("DELETE faults");
    await emulator.control("POST faults", refusal);
    const named = deploy({ name: "narrower", scopes: ["sql", "genie"] });
    await expect(named).rejects.toMatchObject({ code: "invalid_input" });
    await emulator.control("DELETE faults");
  });

  test("only a scope that a refusal names, in a refusal about scopes", () => {
    expect(refusedScopes("catalog.tables:read is not a valid scope.", defaultScopes)).toEqual(["catalog.tables:read"]);
    expect(refusedScopes("files are missing", ["files"])).toEqual([]);
    expect(refusedScopes("bad scope sql-other", ["sql"])).toEqual([]);
  });
});

async function settled(work: Promise<DeployOutcome>): Promise<string> {
  return await work.then(
    ({ deployment }) => deployment?.state ?? "none",
    (thrown: unknown) => String((thrown as { code?: string }).code ?? thrown),
  );
}
