import { expect, test } from "bun:test";
import type { Environment } from "../../platform/deps.ts";
import { oneDeeper } from "./depth.ts";

const agent = { program: "claude", title: "Claude Code" };

test("agents may start agents, and one that is this program itself ends soon", () => {
  let env: Environment = { PATH: "/bin" };
  for (let depth = 0; depth < 5; depth++) env = oneDeeper(env, agent);
  expect(env).toMatchObject({ PATH: "/bin" });
  expect(() => oneDeeper(env, agent)).toThrow(
    expect.objectContaining({ code: "conflict", hint: expect.stringContaining("mortar claude") }),
  );
});

test("a number that is none begins anew", () => {
  expect(oneDeeper({ MORTAR_DEPTH: "" }, agent)).toMatchObject({ MORTAR_DEPTH: "1" });
  expect(oneDeeper({ MORTAR_DEPTH: "1" }, agent)).toMatchObject({ MORTAR_DEPTH: "2" });
});
