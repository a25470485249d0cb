// The browser sign-in against a strict server: redirect, paste, errors, time.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Input } from "../platform/deps.ts";
import { login, type LoginRequest } from "./login.ts";
import { failure, script, useWorlds } from "./testing.ts";
import { fakeOidc, type FakeOidc } from "./testing-oidc.ts";
import { loginRequest, paste, withVisitor } from "./testing-person.ts";

let oidc: FakeOidc;
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => oidc.close());
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });
const request = (changes?: Partial<LoginRequest>): LoginRequest => loginRequest(oidc.host, changes);

describe("signing in", () => {
  test("by the address pasted back: tokens in the store, host in the profile", async () => {
    const made = world();
    const result = await login(withVisitor(made, paste), request());
    expect(result).toMatchObject({ profile: "dev", user: "ada@example.com", alreadySignedIn: false, storage: "file" });
    expect(readFileSync(join(made.home, ".databrickscfg"), "utf8")).toBe(
      `[dev]\nhost = ${oidc.host}\nworkspace_id = 900800700600\nauth_type = databricks-cli\n\n[__settings__]\ndefault_profile = dev\n`,
    );
    const folder = join(made.deps.paths.data, "logins");
    const files = readdirSync(folder);
    expect(files).toHaveLength(1);
    expect(statSync(join(folder, files[0] ?? "")).mode & 0o777).toBe(0o600);
    expect(made.said.join("")).not.toMatch(/(access|refresh)-secret/);
  });

  test("asks for offline access with PKCE and the registered redirect", async () => {
    const made = world();
    let authorize = new URL("http://none");
    await login(
      withVisitor(made, async (location) => {
        authorize = new URL(/^ {2}(http\S+)$/m.exec(made.said.join(""))?.[1] ?? "");
        return location;
      }),
      request({ scopes: "sql, jobs" }),
    );
    const query = authorize.searchParams;
    expect(query.get("scope")).toBe("offline_access jobs sql");
    expect(query.get("client_id")).toBe("databricks-cli");
    expect(query.get("redirect_uri")).toMatch(/^http:\/\/localhost:\d+$/);
    expect(query.get("code_challenge")).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(oidc.forms[0]?.get("code_verifier")).toMatch(/^[A-Za-z0-9_-]{86}$/);
    expect(readFileSync(join(made.home, ".databrickscfg"), "utf8")).toContain("scopes = jobs,sql");
  });

  test("by the redirect to this machine, and the page says so without repeating the query", async () => {
    const made = world();
    let page = "";
    const deps = withVisitor(made, async (location) => {
      page = await (await fetch(location.replace("localhost", "127.0.0.1"))).text();
      return undefined;
    });
    const result = await login(deps, request());
    expect(result.user).toBe("ada@example.com");
    expect(page).toContain("You can close this tab");
    expect(page).not.toContain("code-secret");
  });

  test("by a browser that BROWSER names", async () => {
    const made = world();
    const marker = join(made.home, "visited");
    const browser = made.write(
      "browser",
      script(
        `echo "$1" > ${marker}; exec ${process.execPath} -e 'const r = await fetch(process.argv[1], { redirect: "manual" }); await fetch(r.headers.get("location").replace("localhost", "127.0.0.1"))' "$1"`,
      ),
      0o755,
    );
    const deps = { ...made.deps, env: { ...made.deps.env, BROWSER: browser, PATH: process.env["PATH"] } };
    const result = await login(deps, request({ noBrowser: false }));
    expect(result.user).toBe("ada@example.com");
    expect(existsSync(marker)).toBe(true);
  });

  test("falls back to pasting when the browser does not start", async () => {
    const made = world();
    const base = withVisitor(made, paste);
    const deps = { ...base, env: { ...base.env, BROWSER: join(made.home, "no-such-browser") } };
    expect((await login(deps, request({ noBrowser: false }))).user).toBe("ada@example.com");
    expect(made.said.join("")).toContain("copy its whole address here");
  });

  test("prints the address over SSH instead of opening a browser", async () => {
    const made = world();
    const base = withVisitor(made, paste);
    const deps = { ...base, env: { ...base.env, SSH_CONNECTION: "1.2.3.4", DISPLAY: ":0" } };
    expect((await login(deps, request({ noBrowser: false }))).user).toBe("ada@example.com");
    expect(made.said.join("")).toContain("No browser is opened: this is an SSH session");
  });

  test("a foreign state is passed over, and the right redirect still counts", async () => {
    const made = world();
    let foreign = 0;
    const deps = withVisitor(made, async (location) => {
      const local = location.replace("localhost", "127.0.0.1");
      const wrong = new URL(local);
      wrong.searchParams.set("state", "of-another-sign-in");
      foreign = (await fetch(wrong)).status;
      await fetch(local);
      return undefined;
    });
    expect((await login(deps, request())).user).toBe("ada@example.com");
    expect(foreign).toBe(400);
    expect(oidc.forms).toHaveLength(1);
  });

  test("a pasted address of another sign-in is refused, three times at most", async () => {
    const made = world();
    const deps = {
      ...made.deps,
      stdin: { ...made.deps.stdin, readLine: () => Promise.resolve("http://localhost:8020/?code=x&state=other") },
    };
    const error = await failure(login(deps, request()));
    expect(error.code).toBe("auth_failed");
    expect(made.said.join("").match(/belongs to another sign-in/g)).toHaveLength(3);
    expect(oidc.forms).toHaveLength(0);
    expect(existsSync(join(made.home, ".databrickscfg"))).toBe(false);
  });

  test("access_denied is told with the server's words", async () => {
    const made = world();
    const deps = withVisitor(made, async (location) => {
      const url = new URL(location.replace("localhost", "127.0.0.1"));
      url.search = `?error=access_denied&error_description=User+is+not+assigned&state=${url.searchParams.get("state")}`;
      await fetch(url);
      return undefined;
    });
    const error = await failure(login(deps, request()));
    expect(error.code).toBe("auth_failed");
    expect(error.message).toContain("User is not assigned");
    expect(error.exit).toBe(3);
    expect(existsSync(join(made.home, ".databrickscfg"))).toBe(false);
  });

  test("an error that any web page can send does not end the wait, and its words are not repeated", async () => {
    const made = world();
    const deps = withVisitor(made, async (location) => {
      const local = location.replace("localhost", "127.0.0.1");
      await fetch(`${new URL(local).origin}/?error=access_denied&error_description=run+evil.sh`);
      await fetch(local);
      return undefined;
    });
    expect((await login(deps, request())).user).toBe("ada@example.com");
    expect(made.said.join("")).toContain("does not say which sign-in it is for");
    expect(made.said.join("")).not.toContain("evil.sh");
  });

  test("an error without a state counts when it is pasted", async () => {
    const made = world();
    const deps = withVisitor(made, () => Promise.resolve("http://localhost:8020/?error=access_denied"));
    expect((await failure(login(deps, request()))).message).toBe("The sign-in was refused: access_denied");
  });

  test("a code that the server does not take", async () => {
    const made = world();
    const deps = withVisitor(made, (location) => Promise.resolve(location.replace(/code-secret-\d+/, "stolen")));
    const error = await failure(login(deps, request()));
    expect(error.code).toBe("auth_failed");
    expect(error.message).toContain("The code is invalid");
  });

  test("a wait that nobody ends is a timeout", async () => {
    const made = world();
    const error = await failure(login(made.deps, request({ timeoutMs: 30 })));
    expect(error.code).toBe("timeout");
    expect(error.hint).toContain("--timeout");
  });

  test("Ctrl-C ends the wait", async () => {
    const made = world();
    const controller = new AbortController();
    const stdin: Input = {
      ...made.deps.stdin,
      readLine: (signal) => {
        queueMicrotask(() => controller.abort(new DOMException("Interrupted", "AbortError")));
        return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      },
    };
    const thrown = await login({ ...made.deps, stdin }, request({ signal: controller.signal })).catch(
      (e: unknown) => e,
    );
    expect((thrown as Error).name).toBe("AbortError");
  });

  test("a lifetime that comes as a string", async () => {
    oidc.expiresIn = "3600";
    const made = world();
    const result = await login(withVisitor(made, paste), request());
    expect(result.expiresAtMs).toBe(made.deps.clock.now() + 3_600_000);
  });
});
