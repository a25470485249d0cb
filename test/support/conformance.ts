// The protocol's own conformance suite against a server of ours, and what it found.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { toolFolder } from "./tools.ts";

const folder = join(toolFolder("conformance"), "node_modules/@modelcontextprotocol/conformance");

export type Revision = "2025-11-25" | "2026-07-28";

interface Check {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "INFO" | "SKIPPED";
}

/** Ids of the checks of one scenario. */
export interface ScenarioResult {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly warned: readonly string[];
}

export interface ServerSet {
  readonly scored: readonly string[];
  readonly unscored: readonly string[];
}

/** The scenarios for servers that a revision requires, and those that are run beside them. */
export async function serverSet(revision: Revision): Promise<ServerSet> {
  const set = parse(await readFile(join(folder, "requirements", `${revision}.yaml`), "utf8")) as {
    readonly server: readonly string[];
    readonly not_scored: readonly { readonly scenario: string; readonly leg: string }[];
  };
  const unscored = set.not_scored.filter(({ leg }) => leg === "server").map(({ scenario }) => scenario);
  return { scored: set.server, unscored };
}

/** Runs every scenario of a revision's set on the server at `url`: results by scenario. */
export function runRequirements(url: string, revision: Revision): Promise<ReadonlyMap<string, ScenarioResult>> {
  return run(["--url", url, "--requirements", revision]);
}

/** Runs one scenario in the revision that it is for. */
export async function runScenario(url: string, scenario: string): Promise<ScenarioResult> {
  const found = await run(["--url", url, "--scenario", scenario]);
  const result = found.get(scenario);
  if (result === undefined) throw new Error(`the suite did not run ${scenario}`);
  return result;
}

async function run(words: readonly string[]): Promise<ReadonlyMap<string, ScenarioResult>> {
  const results = await mkdtemp(join(tmpdir(), "mortar-conformance-"));
  try {
    const command = [process.execPath, "--bun", join(folder, "dist/index.js"), "server", ...words, "-o", results];
    const child = Bun.spawn(command, {
      env: { PATH: process.env["PATH"] ?? "", HOME: results, NO_PROXY: "127.0.0.1,localhost,::1" },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    await child.exited;
    const scenarios = (await readdir(results)).filter((name) => name.startsWith("server-"));
    return new Map(
      await Promise.all(scenarios.map(async (name) => [scenarioOf(name), await read(results, name)] as const)),
    );
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}

/** `server-ping-2026-11-21T11-56-05-425Z` is of `ping`. */
function scenarioOf(name: string): string {
  return name.replace(/^server-/, "").replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, "");
}

async function read(results: string, name: string): Promise<ScenarioResult> {
  const checks = JSON.parse(await readFile(join(results, name, "checks.json"), "utf8")) as readonly Check[];
  const ids = (status: Check["status"]) => checks.filter((check) => check.status === status).map(({ id }) => id);
  return { passed: ids("SUCCESS"), failed: ids("FAILURE"), warned: ids("WARNING") };
}

export interface Gate extends AsyncDisposable {
  /** What the suite is given. */
  readonly url: string;
}

/** The suite can send no key: this puts it in, and leaves all else as it is, names of hosts and pages included. */
export function gateWithKey(url: string, key: string): Gate {
  const target = new URL(url);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => {
      const headers = new Headers(request.headers);
      headers.set("authorization", `Bearer ${key}`);
      const own = new RegExp(`^(https?://)?(?:localhost|127\\.0\\.0\\.1):${server.port}$`);
      for (const name of ["host", "origin"]) {
        const value = headers.get(name);
        if (value !== null) headers.set(name, value.replace(own, `$1${target.host}`));
      }
      const { method, signal } = request;
      const body = method === "POST" ? await request.bytes() : null;
      const { pathname } = new URL(request.url);
      return await fetch(new URL(pathname, target), { method, headers, body, signal, proxy: "" });
    },
  });
  return { url: `http://localhost:${server.port}${target.pathname}`, [Symbol.asyncDispose]: () => server.stop(true) };
}
