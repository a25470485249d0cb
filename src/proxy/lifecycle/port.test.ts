// The port of a managed machine.
import { afterEach, expect, test } from "bun:test";
import { testWorld, type TestWorld } from "../../auth/testing.ts";
import { writePlist } from "../../platform/managed/xml-plist.ts";
import { fleetPort, rememberedPort, rememberPort } from "./port.ts";

let world: TestWorld;
afterEach(() => world.dispose());

function managed(daemonPort: number): void {
  world = testWorld({ deps: { os: "darwin" }, env: { USER: "ann" } });
  world.write("Library/Preferences/com.icerhymers.databricks-claude.plist", writePlist({ daemonPort }));
}

test("is that of the configuration, until the proxy had one of its own", async () => {
  managed(50_001);
  expect([await fleetPort(world.deps), await rememberedPort(world.deps)]).toEqual([50_001, 49_153]);
  await rememberPort(world.deps, 50_002);
  expect([await fleetPort(world.deps), await rememberedPort(world.deps)]).toEqual([undefined, 50_002]);
});

test.each([0, 70_000, -1])("is none where %p is named", async (port) => {
  managed(port);
  expect(await fleetPort(world.deps)).toBeUndefined();
});
