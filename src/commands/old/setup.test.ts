// `databricks-claude setup` with nobody there: it never waits for a browser, and what fails is not remembered.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { failure, useWorlds, type TestWorld } from "../../auth/testing.ts";
import { fakeOidc, type FakeOidc } from "../../auth/testing-oidc.ts";
import { paste, withVisitor } from "../../auth/testing-person.ts";
import { readOldState } from "../../agents/older/state.ts";
import type { Deps } from "../../platform/deps.ts";
import { run } from "./setup.ts";

let oidc: FakeOidc;
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => oidc.close());
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });

interface Given {
  readonly profile?: string;
  readonly host?: string;
  readonly force?: boolean;
}

function setup(deps: Deps, { profile, host, force = false }: Given): Promise<number> {
  const program = { name: "databricks-claude", agent: "claude", title: "Claude Code", port: 49_153 } as const;
  const build = { version: "1.2.3", commit: "", date: "", target: "" };
  const signal = AbortSignal.timeout(20_000);
  return run({ program, deps, flags: { profile, host, force }, positionals: [], signal, build });
}

/** A person at a terminal, who signs in. */
function attended(made: TestWorld): Deps {
  const deps = withVisitor(made, paste);
  return { ...deps, stdin: { ...deps.stdin, isTTY: true }, stderr: { ...deps.stderr, isTTY: true } };
}

test("a profile that nobody can sign in to is not remembered", async () => {
  const made = world();
  expect((await failure(setup(made.deps, { profile: "nope" }))).code).toBe("config_missing");
  expect(await readOldState(made.deps, "claude")).toEqual({});
});

test("the one that was remembered stays, where another fails", async () => {
  const made = world({ config: `[nope]\nhost = ${oidc.host}\n` });
  made.write(".claude/.databricks-claude.json", JSON.stringify({ profile: "mine" }));
  await failure(setup(made.deps, { profile: "nope" }));
  expect(await readOldState(made.deps, "claude")).toEqual({ profile: "mine" });
});

test.each([{ force: false }, { force: true }])(
  "without a terminal it names the command of a sign-in: %p",
  async (more) => {
    const made = world();
    const error = await failure(setup(made.deps, { profile: "dev", host: oidc.host, ...more }));
    expect(error).toMatchObject({ code: "not_signed_in", exit: 3 });
    expect(error.hint).toBe(`Sign in first: mortar auth login dev --host ${oidc.host}`);
    expect(made.said.join("")).not.toContain("/authorize");
    expect(oidc.forms).toEqual([]);
  },
);

test("half a terminal is none: nobody reads what goes into a file", async () => {
  const made = world();
  const deps = { ...attended(made), stderr: made.deps.stderr };
  expect((await failure(setup(deps, { profile: "dev", host: oidc.host }))).code).toBe("not_signed_in");
});

test("on a terminal the person signs in, and the profile is remembered then; after that nobody is needed", async () => {
  const made = world({ env: { DATABRICKS_OAUTH_CALLBACK_PORT: "0" } });
  expect(await setup(attended(made), { profile: "dev", host: oidc.host })).toBe(0);
  expect(await readOldState(made.deps, "claude")).toEqual({ profile: "dev" });
  expect(await setup(made.deps, { profile: "dev" })).toBe(0);
});
