// Many processes over one store: whoever wins or dies, the refresh token is redeemed once and the store stays usable.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { storedSource } from "./refresh.ts";
import { startMs, storeLogin, useWorlds, type LoginChanges, type TestWorld } from "./testing.ts";
import { fakeOidc, type FakeOidc } from "./testing-oidc.ts";
import { readLogin, type Login } from "./token-store.ts";

let oidc: FakeOidc;
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => {
  oidc.close();
});

const hourMs = 3_600_000;

const store = (made: TestWorld, changes?: LoginChanges): Promise<Login> => storeLogin(made, oidc.host, changes);

describe("many processes", () => {
  interface Contender extends Growing {
    readonly child: Bun.Subprocess<"pipe", "pipe", "inherit">;
  }

  /** Processes that hold the login and wait for the word to renew it. */
  const contenders = async (made: TestWorld, count: number, forced = ""): Promise<Contender[]> => {
    const command = [process.execPath, fileURLToPath(import.meta.resolve("./testing-refresh-child.ts"))];
    const all = Array.from({ length: count }, (): Contender => {
      const child = Bun.spawn([...command, made.deps.paths.data, oidc.host, forced], {
        stdin: "pipe",
        stdout: "pipe",
        stderr: "inherit",
      });
      return { child, reader: child.stdout.getReader(), text: "" };
    });
    await Promise.all(all.map((one) => readUntil(one, "ready\n")));
    return all;
  };

  const go = async ({ child }: Contender): Promise<void> => {
    child.stdin.write("go\n");
    await child.stdin.end();
  };

  /** What each ended with: its token, or the code of its error. */
  const outcome = async (one: Contender): Promise<string> => {
    await readUntil(one, /ready\n\S+\n/);
    await one.child.exited;
    return one.text.split("\n")[1] ?? "";
  };

  const race = async (made: TestWorld, forced: string): Promise<string[]> => {
    const all = await contenders(made, 10, forced);
    await Promise.all(all.map(go));
    return Promise.all(all.map(outcome));
  };

  test("renew an expired token exactly once", async () => {
    const made = world();
    await store(made, { expiresAtMs: startMs });
    expect(new Set(await race(made, ""))).toEqual(new Set(["access-secret-1"]));
    expect(oidc.forms).toHaveLength(1);
  }, 60_000);

  test("renew a refused token exactly once", async () => {
    const made = world();
    await store(made, { expiresAtMs: Date.now() + hourMs });
    expect(new Set(await race(made, "forced"))).toEqual(new Set(["access-secret-1"]));
    expect(oidc.forms).toHaveLength(1);
  }, 60_000);

  test("one that is killed before the server took its token leaves it to the next", async () => {
    const made = world();
    await store(made, { expiresAtMs: startMs });
    const [first, ...others] = await contenders(made, 3);
    if (first === undefined) throw new Error("none");
    const asked = Promise.withResolvers<void>();
    const never = Promise.withResolvers<Response>();
    oidc.override = () => {
      asked.resolve();
      return never.promise;
    };
    await go(first);
    await asked.promise;
    oidc.override = undefined;
    await Promise.all(others.map(go));
    first.child.kill("SIGKILL");
    expect(await Promise.all(others.map(outcome))).toEqual(["access-secret-1", "access-secret-1"]);
    expect(oidc.forms).toHaveLength(1);
    never.resolve(new Response());
  }, 60_000);

  test("one that is killed with the new token in its hands: the others say to sign in, which mends the store", async () => {
    const made = world();
    const login = await store(made, { expiresAtMs: startMs });
    const [first, second] = await contenders(made, 2);
    if (first === undefined || second === undefined) throw new Error("none");
    const taken = Promise.withResolvers<void>();
    const never = Promise.withResolvers<Response>();
    oidc.override = () => {
      oidc.refreshToken = "refresh-secret-lost";
      taken.resolve();
      return never.promise;
    };
    await go(first);
    await taken.promise;
    oidc.override = undefined;
    await go(second);
    first.child.kill("SIGKILL");
    expect(await outcome(second)).toBe("not_signed_in");
    expect(await readLogin(made.deps, login)).toBeDefined();
    oidc.refreshToken = "refresh-secret-0";
    const again = await store(made, { expiresAtMs: startMs });
    expect((await storedSource(made.deps, again)()).accessToken.reveal()).toStartWith("access-secret-");
    never.resolve(new Response());
  }, 60_000);
});

interface Growing {
  readonly reader: { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> };
  text: string;
}

async function readUntil(output: Growing, wanted: string | RegExp): Promise<void> {
  while (output.text.search(wanted) === -1) {
    const { done, value } = await output.reader.read();
    if (done) throw new Error(`ended after ${JSON.stringify(output.text)}`);
    output.text += new TextDecoder().decode(value);
  }
}
