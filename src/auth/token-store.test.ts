// Where a login is kept: the keyring, the private file, and what happens when one of them is not as expected.
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MortarError } from "../platform/errors.ts";
import type { Keyring } from "../platform/keyring.ts";
import { storedSource } from "./refresh.ts";
import { failure, fetchBy, startMs, storeLogin, useWorlds, type LoginChanges, type TestWorld } from "./testing.ts";
import { listLogins, readLogin, removeLogin, writeLogin, type Login } from "./token-store.ts";

const host = "https://workspace.example.com";
const world = useWorlds({
  fetch: fetchBy(() =>
    Response.json({ access_token: "access-secret-1", refresh_token: "refresh-secret-1", expires_in: 3_600 }),
  ),
});
const store = (made: TestWorld, changes?: LoginChanges): Promise<Login> => storeLogin(made, host, changes);

describe("the keyring", () => {
  function fakeKeyring(): Keyring & { readonly secrets: Map<string, string>; broken: boolean } {
    const secrets = new Map<string, string>();
    const keyring = {
      secrets,
      broken: false,
      check: () => {
        if (keyring.broken) throw new MortarError("unavailable", "The system's keyring is not available");
      },
      get: async (name: string) => {
        keyring.check();
        return secrets.get(name);
      },
      set: async (name: string, value: string) => {
        keyring.check();
        secrets.set(name, value);
      },
      delete: async (name: string) => {
        keyring.check();
        secrets.delete(name);
      },
    };
    return keyring;
  }

  const onDisk = ({ deps }: TestWorld): string => {
    const folder = join(deps.paths.data, "logins");
    return readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("");
  };

  test("holds the refresh token, which then stands in no file, also after it was rotated", async () => {
    const keyring = fakeKeyring();
    const made = world({ deps: { keyring } });
    const login = await store(made, { expiresAtMs: startMs });
    expect(login.refreshIn).toBe("keyring");
    await storedSource(made.deps, login)();
    expect([...keyring.secrets.values()]).toEqual(["refresh-secret-1"]);
    expect(onDisk(made)).toContain("access-secret-1");
    expect(onDisk(made)).not.toContain("refresh-secret");
  });

  test("that does not answer leaves it to a private file", async () => {
    const keyring = fakeKeyring();
    keyring.broken = true;
    const made = world({ deps: { keyring } });
    expect((await store(made)).refreshIn).toBe("file");
    expect(onDisk(made)).toContain("refresh-secret-0");
  });

  test("is left alone when MORTAR_TOKEN_STORAGE says file", async () => {
    const keyring = fakeKeyring();
    const made = world({ deps: { keyring }, env: { MORTAR_TOKEN_STORAGE: "file" } });
    expect((await store(made)).refreshIn).toBe("file");
    expect(keyring.secrets.size).toBe(0);
  });

  test("that is locked later is told, with a way out", async () => {
    const keyring = fakeKeyring();
    const made = world({ deps: { keyring } });
    const login = await store(made, { expiresAtMs: startMs });
    keyring.broken = true;
    const error = await failure(storedSource(made.deps, login)());
    expect(error.code).toBe("not_signed_in");
    expect(error.hint).toContain("MORTAR_TOKEN_STORAGE=file");
  });

  test("forgets with the login", async () => {
    const keyring = fakeKeyring();
    const made = world({ deps: { keyring } });
    const login = await store(made);
    expect(await removeLogin(made.deps, login)).toBe(true);
    expect(keyring.secrets.size).toBe(0);
    expect(await removeLogin(made.deps, login)).toBe(false);
  });
});

describe("the store", () => {
  test("passes over what it does not understand", async () => {
    const made = world();
    const login = await store(made);
    const folder = join(made.deps.paths.data, "logins");
    const [name = ""] = readdirSync(folder);
    for (const text of ["", "{", "[]", '{"version":2}', '{"version":1,"host":"x"}']) {
      await Bun.write(join(folder, name), text);
      expect(await readLogin(made.deps, login)).toBeUndefined();
      expect(await listLogins(made.deps)).toEqual([]);
    }
  });

  test("keeps profiles of odd names apart", async () => {
    const made = world();
    const names = ["a/b", "a.b", "../x", "", "Ä", "a b"];
    for (const profile of names)
      await writeLogin(made.deps, { ...(await store(made)), profile, refreshToken: undefined });
    const kept = (await listLogins(made.deps)).map(({ profile }) => profile).filter((profile) => profile !== "dev");
    expect(kept.sort()).toEqual([...names].sort());
    expect(readdirSync(join(made.deps.paths.data, "logins")).every((name) => /^[A-Za-z0-9_-]+\.json$/.test(name))).toBe(
      true,
    );
  });
});
