// A repository that somebody else wrote cannot make the binary run its code or change where tokens go.
import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createMachine } from "./support/binary.ts";

test("neither .env nor bunfig.toml of the current folder is loaded", async () => {
  const machine = await createMachine();
  const cwd = join(machine.home, "repository");
  await mkdir(cwd);
  const proof = join(machine.home, "ran");
  await Bun.write(join(cwd, "evil.ts"), `require("fs").writeFileSync(${JSON.stringify(proof)}, "ran");`);
  await Bun.write(join(cwd, "bunfig.toml"), 'preload = ["./evil.ts"]\n');
  await Bun.write(join(cwd, ".env"), "DATABRICKS_HOST=https://evil.example\nDATABRICKS_TOKEN=stolen\n");
  await Bun.write(join(cwd, ".env.production"), "DATABRICKS_HOST=https://evil.example\n");
  const { stdout, stderr, exitCode } = await machine.run(["auth", "status", "--json"], { cwd });
  expect(`${stdout}${stderr}`).not.toContain("evil.example");
  expect(exitCode).toBe(3);
  expect(await Bun.file(proof).exists()).toBe(false);
  await machine.dispose();
});
