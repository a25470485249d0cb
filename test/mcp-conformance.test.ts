// The protocol's own conformance suite: both revisions' sets on a fixture over our own core, and on the binary every scenario
// that needs no fixture of the suite's.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import type { HttpServer } from "../src/mcp/http/serve-http.ts";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { serveFixture } from "./support/conformance-server.ts";
import {
  gateWithKey,
  runRequirements,
  runScenario,
  serverSet,
  type Gate,
  type Revision,
} from "./support/conformance.ts";

const revisions: readonly Revision[] = ["2025-11-25", "2026-07-28"];
const skillScenarios = ["sep-2640-skills-enumeration", "sep-2640-skills-manifest", "sep-2640-skills-directory"];

/** A task of ours asks nothing: what is to be asked is asked before there is one, which the extension leaves to the server. */
const notHeld = ["tasks-mrtr-input"];
/** Notices of tasks, which a server need not send: the suite looks only at those that it gets. */
const optional = "tasks-status-notifications";

let fixture: HttpServer;
let fixtureGate: Gate;
let machine: Machine;
let served: Bun.Subprocess<"ignore", "pipe", "inherit">;
let gate: Gate;

beforeAll(async () => {
  fixture = serveFixture();
  fixtureGate = gateWithKey(fixture.url, "anybody");
  machine = await createMachine();
  const words = [binary, "mcp", "serve", "--http", "--json"];
  served = Bun.spawn(words, { env: machine.env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const { value } = await served.stdout.getReader().read();
  const { data } = JSON.parse(new TextDecoder().decode(value)) as { data: { url: string; key_file: string } };
  gate = gateWithKey(data.url, (await readFile(data.key_file, "utf8")).trim());
});

afterAll(async () => {
  await fixtureGate[Symbol.asyncDispose]();
  await fixture.close();
  await gate[Symbol.asyncDispose]();
  served.kill("SIGTERM");
  await served.exited;
  await machine.dispose();
});

describe("the fixture on our own core", () => {
  test.each(revisions)(
    "%s: every scenario of the set, scored or not, without a failure",
    async (revision) => {
      const [results, set] = await Promise.all([runRequirements(fixtureGate.url, revision), serverSet(revision)]);
      const wanted = [...set.scored, ...set.unscored].filter((scenario) => !notHeld.includes(scenario));
      const found = new Map([...results].filter(([scenario]) => wanted.includes(scenario)));
      expect([...found.keys()].toSorted()).toEqual(wanted.toSorted());
      const failed = [...found].flatMap(([scenario, one]) => one.failed.map((id) => `${scenario}: ${id}`));
      expect(failed).toEqual([]);
      const idle = [...found].filter(([, one]) => one.passed.length === 0).map(([scenario]) => scenario);
      expect(idle.filter((scenario) => scenario !== optional)).toEqual([]);
    },
    60_000,
  );

  test.each(skillScenarios)(
    "%s",
    async (scenario) => {
      const { passed, failed, warned } = await runScenario(fixtureGate.url, scenario);
      expect({ failed, warned }).toEqual({ failed: [], warned: [] });
      expect(passed.length).toBeGreaterThanOrEqual(6);
    },
    60_000,
  );
});

/** Checks that call a tool which only a fixture has. */
const needFixtures: Readonly<Record<string, readonly string[]>> = {
  "server-stateless": [
    "sep-2575-http-server-no-independent-requests-on-stream",
    "sep-2575-missing-capability-http-400",
    "sep-2575-server-no-log-without-loglevel",
    "sep-2575-server-rejects-undeclared-capability",
  ],
};

const withoutFixtures: readonly (readonly [Revision, Readonly<Record<string, number>>])[] = [
  [
    "2025-11-25",
    {
      "server-initialize": 2,
      ping: 2,
      "tools-list": 3,
      "resources-list": 2,
      "prompts-list": 2,
      "dns-rebinding-protection": 2,
      "server-session-lifecycle": 3,
    },
  ],
  [
    "2026-07-28",
    {
      "server-stateless": 22,
      "tools-list": 4,
      "resources-list": 2,
      "sep-2164-resource-not-found": 4,
      "prompts-list": 2,
      caching: 6,
      "input-required-result-unsupported-methods": 2,
      "http-header-validation": 14,
      "dns-rebinding-protection": 2,
    },
  ],
];

describe("the binary", () => {
  test.each(withoutFixtures.map(([revision, least]) => [revision, least] as const))(
    "%s: what needs no fixture",
    async (revision, least) => {
      const results = await runRequirements(gate.url, revision);
      for (const [scenario, count] of Object.entries(least)) {
        const { passed = [], failed = ["not run"] } = results.get(scenario) ?? {};
        expect([scenario, failed.toSorted()]).toEqual([scenario, [...(needFixtures[scenario] ?? [])]]);
        expect([scenario, passed.length >= count]).toEqual([scenario, true]);
      }
    },
    60_000,
  );

  test.each(skillScenarios)(
    "%s",
    async (scenario) => {
      const { passed, failed, warned } = await runScenario(gate.url, scenario);
      // The first skill of the list has no folder inside, and the suite looks at no other.
      const unseen = ["sep-2640-directory-read-subdir-mimetype"];
      expect(failed).toEqual(scenario === "sep-2640-skills-directory" ? unseen : []);
      expect(warned).toEqual([]);
      expect(passed.length).toBeGreaterThanOrEqual(6);
    },
    60_000,
  );
});
