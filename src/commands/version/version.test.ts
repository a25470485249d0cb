// What the program says of its version, to people and to SDKs that take it for a Databricks CLI.
import { expect, test } from "bun:test";
import type { CommandContext } from "../../cli/context.ts";
import { testDeps } from "../../tools/testing.ts";
import type { versionFlags } from "./flags.ts";
import { run } from "./version.ts";

function context(changes: Partial<CommandContext<typeof versionFlags>>): CommandContext<typeof versionFlags> {
  return {
    deps: testDeps(),
    flags: { output: "text" },
    positionals: [],
    rest: [],
    profile: undefined,
    json: false,
    signal: AbortSignal.timeout(10_000),
    progress: { say: () => undefined, end: () => undefined },
    build: { version: "1.2.3", commit: "abc" },
    ...changes,
  } as CommandContext<typeof versionFlags>;
}

test("people get the version, the commit and the platform", async () => {
  const result = await run(context({}));
  expect(result).toMatchObject({ data: { version: "1.2.3", commit: "abc" } });
});

test("SDKs get the numbers by which they pass --profile and --force-refresh to `auth token`", async () => {
  const result = await run(context({ flags: { output: "json" } }));
  const told = JSON.parse(result?.text ?? "") as Record<string, number | string>;
  expect(told).toMatchObject({ ProjectName: "mortar", Version: "1.2.3" });
  // databricks-sdk-py asks for 0.207.1 and 0.296.0.
  expect([told["Major"], told["Minor"], told["Patch"]]).toEqual([0, 296, 0]);
});

test("--json stays the envelope's", async () => {
  expect(await run(context({ flags: { output: "json" }, json: true }))).toMatchObject({ data: { version: "1.2.3" } });
});
