// The protocol's own conformance suite on the binary over HTTP: every scenario that needs no fixture of the suite's.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";

const suite = join(toolFolder("conformance"), "node_modules/@modelcontextprotocol/conformance/dist/index.js");

let machine: Machine;
let results: string;
let served: Bun.Subprocess<"ignore", "pipe", "inherit">;
let gate: Bun.Server<undefined>;

beforeAll(async () => {
  machine = await createMachine();
  results = await mkdtemp(join(tmpdir(), "mortar-conformance-"));
  const words = [binary, "mcp", "serve", "--http", "--json"];
  served = Bun.spawn(words, { env: machine.env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const { value } = await served.stdout.getReader().read();
  const { data } = JSON.parse(new TextDecoder().decode(value)) as { data: { url: string; key_file: string } };
  gate = withKey(new URL(data.url), (await readFile(data.key_file, "utf8")).trim());
});

afterAll(async () => {
  await gate.stop(true);
  served.kill("SIGTERM");
  await served.exited;
  await rm(results, { recursive: true, force: true });
  await machine.dispose();
});

/** The suite can send no key: this puts it in, and leaves all else as it is, names of hosts and pages included. */
function withKey(target: URL, key: string): Bun.Server<undefined> {
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
      const body = request.method === "POST" ? await request.bytes() : undefined;
      const { pathname } = new URL(request.url);
      return await fetch(new URL(pathname, target), { method: request.method, headers, body: body ?? null, proxy: "" });
    },
  });
  return server;
}

interface Check {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "INFO" | "SKIPPED";
}

async function checksOf(scenario: string, revision: string): Promise<readonly Check[]> {
  const folder = join(results, `${scenario}-${revision}`);
  const url = `http://localhost:${gate.port}/mcp`;
  const words = ["server", "--url", url, "--scenario", scenario, "--spec-version", revision, "-o", folder];
  const child = Bun.spawn([process.execPath, "--bun", suite, ...words], {
    env: { ...machine.env },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  await child.exited;
  const [file] = await Array.fromAsync(new Bun.Glob("**/checks.json").scan({ cwd: folder }));
  return JSON.parse(await readFile(join(folder, file ?? "checks.json"), "utf8")) as readonly Check[];
}

/** Checks of server-stateless that call a tool which only a fixture has. */
const needFixtures = [
  "sep-2575-http-server-no-independent-requests-on-stream",
  "sep-2575-missing-capability-http-400",
  "sep-2575-server-no-log-without-loglevel",
  "sep-2575-server-rejects-undeclared-capability",
];

describe.each([
  ["2025-11-25", "server-initialize", 1, []],
  ["2025-11-25", "ping", 1, []],
  ["2025-11-25", "tools-list", 2, []],
  ["2025-11-25", "dns-rebinding-protection", 2, []],
  ["2026-07-28", "server-stateless", 20, needFixtures],
  ["2026-07-28", "tools-list", 3, []],
  ["2026-07-28", "http-header-validation", 13, []],
  ["2026-07-28", "dns-rebinding-protection", 2, []],
] as const)("%s", (revision, scenario, least, failing) => {
  test(
    scenario,
    async () => {
      const checks = await checksOf(scenario, revision);
      const failed = checks.filter(({ status }) => status === "FAILURE").map(({ id }) => id);
      expect(failed.toSorted()).toEqual([...failing]);
      expect(checks.filter(({ status }) => status === "SUCCESS").length).toBeGreaterThanOrEqual(least);
    },
    60_000,
  );
});
