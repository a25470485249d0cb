// The official Python SDK on the emulator that the binary starts: many scenarios, each a test. Only with everything, for
// the SDK is fetched for it; elsewhere these tests are not declared.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { isObject } from "../src/platform/json.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

const script = join(import.meta.dir, "support", "sdk_scenarios.py");

if (process.env["MORTAR_TEST_ALL"] === "1") await declare();

async function declare(): Promise<void> {
  const names = [...(await Bun.file(script).text()).matchAll(/^def (scenario_\w+)\(/gm)].map(([, name = ""]) => name);
  const traces = new Map<string, string | null>();
  let machine: Machine | undefined;
  let workspace: TestWorkspace | undefined;

  beforeAll(async () => {
    machine = await createMachine();
    workspace = await startWorkspace(machine);
    const token = await machine.run(["auth", "token", "--output", "text"], { printsToken: true });
    const env = {
      ...machine.env,
      PYTHONPATH: toolFolder("databricks-sdk"),
      PYTHONDONTWRITEBYTECODE: "1",
      DATABRICKS_HOST: workspace.host,
      DATABRICKS_TOKEN: token.stdout.trim(),
    };
    const child = Bun.spawn(["python3", script], {
      env,
      cwd: machine.home,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [lines, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    if ((await child.exited) !== 0) throw new Error(`the scenarios did not run: ${errors}`);
    for (const line of lines.trim().split("\n")) {
      const told: unknown = JSON.parse(line);
      if (isObject(told)) traces.set(String(told["name"]), told["trace"] as string | null);
    }
  }, 600_000);

  afterAll(async () => {
    await workspace?.stop();
    await machine?.dispose();
  });

  test.each(names)("%s", (name) => {
    expect(traces.get(name) ?? (traces.has(name) ? "" : "it did not run")).toBe("");
  });
}
