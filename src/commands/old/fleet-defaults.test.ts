// What an administrator has set: read, checked, and never put over what a person has said.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemDeps } from "../../platform/system.ts";
import type { Deps } from "../../platform/deps.ts";
import { writePlist } from "../../platform/managed/xml-plist.ts";
import { resolvePaths } from "../../platform/paths.ts";
import { readOtel, updateOtel } from "../../proxy/otel/signals.ts";
import { adoptTables, fleetDefaults } from "./fleet-defaults.ts";

let home: string;
let deps: Deps;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "mortar-fleet-defaults-"));
  const env = { HOME: home, MORTAR_HOME: join(home, "mortar"), USER: "ann" };
  deps = { ...systemDeps({ level: "quiet", noColour: true }), env, os: "darwin", paths: resolvePaths(env, "darwin") };
  const folder = join(home, "Library", "Preferences");
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "com.icerhymers.databricks-claude.plist"),
    writePlist({
      databricksProfile: "FLEET",
      databricksCliPath: "/opt/databricks",
      daemonMode: true,
      daemonPort: 50_001,
      otelMetricsTable: "main.agents.metrics",
      otelLogsTable: "no table",
      otelTracesTable: "main.agents.traces",
    }),
  );
});
afterEach(() => rm(home, { recursive: true, force: true }));

test("profile, path and the tables that are tables", async () => {
  expect(await fleetDefaults(deps)).toEqual({
    profile: "FLEET",
    databricksCliPath: "/opt/databricks",
    port: 50_001,
    tables: [
      ["metrics", "main.agents.metrics"],
      ["traces", "main.agents.traces"],
    ],
  });
  expect(await fleetDefaults({ ...deps, os: "linux" })).toEqual({
    profile: undefined,
    databricksCliPath: undefined,
    port: undefined,
    tables: [],
  });
});

test("a signal that a person has switched off stays off", async () => {
  await updateOtel(deps, { metrics: { enabled: false } });
  await adoptTables(deps, (await fleetDefaults(deps)).tables);
  const state = await readOtel(deps);
  expect([state.metrics.enabled, state.logs.enabled, state.traces]).toEqual([
    false,
    false,
    { enabled: true, table: "main.agents.traces" },
  ]);
});
