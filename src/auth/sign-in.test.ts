// The browser sign-in against a strict server: redirect, paste, errors, ports, time.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { MortarError } from "../platform/errors.ts";
import type { Input } from "../platform/deps.ts";
import { firstPort, lastPort, listenForCallback } from "./callback-server.ts";
import { login, type LoginRequest } from "./login.ts";
import { queryOf } from "./sign-in.ts";
import { script, testWorld, type TestWorld, type WorldOptions } from "./testing.ts";
import { fakeOidc, type FakeOidc } from "./testing-oidc.ts";

let oidc: FakeOidc;
const worlds: TestWorld[] = [];
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => {
  oidc.close();
  for (const world of worlds.splice(0)) world.dispose();
});

function world(options: WorldOptions = {}): TestWorld {
  const made = testWorld({ fetch: (input, init) => fetch(input, init), ...options });
  worlds.push(made);
  return made;
}

const request = (changes: Partial<LoginRequest> = {}): LoginRequest => ({
  host: oidc.host,
  profile: "dev",
  force: false,
  noBrowser: true,
  timeoutMs: 20_000,
  clientId: "databricks-cli",
  callbackPort: 0,
  signal: AbortSignal.timeout(20_000),
  ...changes,
});

/** A person with a browser: reads the printed address, visits it, follows the redirect to this machine. */
function visitor(said: string[], follow: (location: string) => Promise<string | undefined>): Input {
  let visited = false;
  return {
    isTTY: false,
    readAll: () => Promise.resolve(""),
    readLine: async (signal) => {
      if (visited) return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      visited = true;
      const url = [...said.join("").matchAll(/^ {2}(http\S+)$/gm)].at(-1)?.[1] ?? "";
      const response = await fetch(url, { redirect: "manual" });
      return follow(response.headers.get("location") ?? "");
    },
  };
}

function withVisitor(made: TestWorld, follow: (location: string) => Promise<string | undefined>): TestWorld["deps"] {
  return { ...made.deps, stdin: visitor(made.said, follow) };
}

const paste = (location: string): Promise<string> => Promise.resolve(location);

async function failure(work: Promise<unknown>): Promise<MortarError> {
  const thrown = await work.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(MortarError);
  return thrown as MortarError;
}

describe("signing in", () => {
  test("by the address pasted back: tokens in the store, host in the profile", async () => {
    const made = world();
    const result = await login(withVisitor(made, paste), request());
    expect(result).toMatchObject({ profile: "dev", user: "ada@example.com", alreadySignedIn: false, storage: "file" });
    expect(readFileSync(join(made.home, ".databrickscfg"), "utf8")).toBe(
      `[dev]\nhost = ${oidc.host}\nworkspace_id = 900800700600\nauth_type = databricks-cli\n\n[__settings__]\ndefault_profile = dev\n`,
    );
    const folder = join(made.deps.paths.data, "auth");
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

describe("a sign-in that is there", () => {
  test("opens nothing and says so", async () => {
    const made = world();
    await login(withVisitor(made, paste), request());
    const before = oidc.forms.length;
    const again = await login(made.deps, request());
    expect(again).toMatchObject({ alreadySignedIn: true, user: "ada@example.com" });
    expect(oidc.forms).toHaveLength(before);
  });

  test("is not taken for true when the workspace refuses it", async () => {
    const made = world();
    await login(withVisitor(made, paste), request());
    oidc.valid.clear();
    const again = await login(withVisitor(made, paste), request());
    expect(again.alreadySignedIn).toBe(false);
  });

  test("is made again with --force", async () => {
    const made = world();
    await login(withVisitor(made, paste), request());
    expect((await login(withVisitor(made, paste), request({ force: true }))).alreadySignedIn).toBe(false);
  });

  test("other scopes need another sign-in", async () => {
    const made = world();
    await login(withVisitor(made, paste), request());
    expect((await login(withVisitor(made, paste), request({ scopes: "sql" }))).alreadySignedIn).toBe(false);
  });

  test("a token in the profile counts, and stays", async () => {
    const config = `[dev]\nhost = ${oidc.host}\ntoken = a-personal-token\n`;
    const made = world({ config });
    oidc.valid.add("a-personal-token");
    expect(await login(made.deps, request())).toMatchObject({ alreadySignedIn: true, authType: "pat" });
    expect(readFileSync(join(made.home, ".databrickscfg"), "utf8")).toBe(config);
  });
});

describe("the profile", () => {
  test("of another host is not moved without --force, and loses that host's token with it", async () => {
    const config = "# mine\n[dev]\nhost  = https://old.example.com\ntoken = old-token-0123\ncluster_id = c\n";
    const made = world({ config });
    const refused = await failure(login(made.deps, request()));
    expect(refused.code).toBe("conflict");
    expect(oidc.requests).toEqual([]);
    await login(withVisitor(made, paste), request({ force: true }));
    expect(readFileSync(join(made.home, ".databrickscfg"), "utf8")).toBe(
      `# mine\n[dev]\nhost  = ${oidc.host}\nworkspace_id = 900800700600\nauth_type = databricks-cli\n\n[__settings__]\ndefault_profile = dev\n`,
    );
  });

  test("is found by its host", async () => {
    const made = world({ config: `[other]\nhost = https://x\n[mine]\nhost = ${oidc.host}/?o=1\n` });
    const result = await login(withVisitor(made, paste), request({ profile: undefined }));
    expect(result.profile).toBe("mine");
  });

  test("several of one host need a choice", async () => {
    const made = world({ config: `[a]\nhost = ${oidc.host}\n[b]\nhost = ${oidc.host}\n` });
    const error = await failure(login(made.deps, request({ profile: undefined })));
    expect(error.message).toContain("a, b");
  });

  test("is named for this machine's port when it is new", async () => {
    const made = world();
    const result = await login(withVisitor(made, paste), request({ profile: undefined }));
    expect(result.profile).toBe(`local-${new URL(oidc.host).port}`);
  });

  test("takes its host from the file", async () => {
    const made = world({ config: `[dev]\nhost = ${oidc.host}\n` });
    expect((await login(withVisitor(made, paste), request({ host: undefined }))).host).toBe(oidc.host);
  });

  test("without any host there is a clear error, and nothing is changed", async () => {
    const made = world();
    const error = await failure(login(made.deps, request({ host: undefined, profile: undefined })));
    expect(error).toMatchObject({ code: "config_missing", exit: 3 });
    expect(error.hint).toContain("--host");
    expect(readdirSync(made.home)).toEqual([]);
  });
});

describe("bad hosts", () => {
  const answers: readonly [name: string, answer: () => Response, code: string, words: string][] = [
    ["a web page", () => new Response("<!doctype html><p>hello", { status: 200 }), "bad_response", "a web page"],
    [
      "a redirect to a login page",
      () => new Response(null, { status: 302, headers: { location: "https://login.example.com/?next=secret" } }),
      "bad_response",
      "redirects to https://login.example.com instead",
    ],
    ["garbage", () => new Response("{oops"), "bad_response", "not JSON"],
    ["nothing", () => new Response(""), "bad_response", "nothing"],
    ["no OAuth", () => new Response("no", { status: 404 }), "unsupported", "OAuth is not supported"],
    ["JSON of another kind", () => Response.json({ hello: 1 }), "bad_response", "OAuth endpoints"],
  ];
  test.each(answers)("%s", async (_name, answer, code, words) => {
    const made = world();
    oidc.override = answer;
    const error = await failure(login(made.deps, request()));
    expect<string>(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("secret");
    expect(error.hint).toBeString();
    expect(existsSync(join(made.home, ".databrickscfg"))).toBe(false);
  });

  test("plain http beyond this machine", async () => {
    const made = world();
    const error = await failure(login(made.deps, request({ host: "http://workspace.example.com" })));
    expect(error.code).toBe("config_invalid");
    expect(error.message).toContain("not https");
  });

  test("a token endpoint elsewhere without https", async () => {
    const made = world();
    oidc.override = (asked) =>
      asked.url.includes("oauth-authorization-server")
        ? Response.json({ authorization_endpoint: `${oidc.host}/a`, token_endpoint: "http://evil.example.com/t" })
        : undefined;
    const error = await failure(login(made.deps, request()));
    expect(error.message).toContain("The token endpoint http://evil.example.com is not https");
  });

  test("nobody listens", async () => {
    const made = world();
    const { host } = oidc;
    oidc.close();
    const error = await failure(login(made.deps, request({ host })));
    expect(error).toMatchObject({ code: "unreachable", exit: 6 });
  });
});

describe("the ports", () => {
  test("begin at 8020 and go on to the next free one", () => {
    const first = listenForCallback("s");
    const second = listenForCallback("s");
    expect(first.port).toBeGreaterThanOrEqual(firstPort);
    expect(second.port).toBeGreaterThan(first.port);
    expect(second.port).toBeLessThanOrEqual(lastPort);
    expect(second.redirectUri).toBe(`http://localhost:${second.port}`);
    first.close();
    second.close();
  });

  test("one that is asked for and taken is an error", () => {
    const taken = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    expect(() => listenForCallback("s", taken.port)).toThrow(`port ${taken.port} is in use`);
    void taken.stop(true);
  });

  test("other paths, methods and names get nothing", async () => {
    const server = listenForCallback("s", 0);
    const base = `http://127.0.0.1:${server.port}`;
    expect((await fetch(`${base}/favicon.ico`)).status).toBe(404);
    expect((await fetch(`${base}/?code=c&state=s`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${base}/?code=c&state=s`, { headers: { host: "evil.example.com" } })).status).toBe(404);
    expect((await fetch(`${base}/?code=c&state=s`)).status).toBe(200);
    expect((await server.callback).get("code")).toBe("c");
    server.close();
  });
});

describe("a pasted address", () => {
  const cases: readonly [name: string, text: string, code: string | undefined][] = [
    ["whole", "http://localhost:8020/?code=a&state=b", "a"],
    ["with spaces and quotes", ' "http://localhost:8020/?code=a&state=b" ', "a"],
    ["its query alone", "?code=a&state=b", "a"],
    ["its query without the mark", "code=a&state=b", "a"],
    ["without a scheme", "localhost:8020/?code=a&state=b", "a"],
    ["something else", "hello", undefined],
  ];
  test.each(cases)("%s", (_name, text, code) => {
    expect(queryOf(text)?.get("code") ?? undefined).toBe(code as string);
  });
});
