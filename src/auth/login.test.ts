// `login`: a sign-in that is there, the profile that is written, and hosts that are none.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { login, type LoginRequest } from "./login.ts";
import { failure, useWorlds } from "./testing.ts";
import { fakeOidc, type FakeOidc } from "./testing-oidc.ts";
import { loginRequest, paste, withVisitor } from "./testing-person.ts";

let oidc: FakeOidc;
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => oidc.close());
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });
const request = (changes?: Partial<LoginRequest>): LoginRequest => loginRequest(oidc.host, changes);

describe("a sign-in that is there", () => {
  test("opens nothing and says so", async () => {
    const made = world();
    await login(withVisitor(made, paste), request());
    const before = oidc.forms.length;
    const again = await login(made.deps, request());
    expect(again).toMatchObject({ alreadySignedIn: true, user: "ada@example.com" });
    expect(oidc.forms).toHaveLength(before);
  });

  test("whose access token is refused is renewed, and opens nothing", async () => {
    const made = world();
    await login(withVisitor(made, paste), request());
    oidc.valid.clear();
    expect((await login(made.deps, request())).alreadySignedIn).toBe(true);
  });

  test("is not taken for true when the workspace refuses it", async () => {
    const made = world();
    await login(withVisitor(made, paste), request());
    oidc.valid.clear();
    oidc.refreshToken = "revoked";
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

describe("a profile without a host", () => {
  test("is not taken for signed in because another host, that the environment names, takes its token", async () => {
    const other = fakeOidc();
    other.valid.add("of-the-profile");
    const made = world({ config: "[dev]\ntoken = of-the-profile\n", env: { DATABRICKS_HOST: other.host } });
    const result = await login(withVisitor(made, paste), request());
    expect(result).toMatchObject({ host: oidc.host, alreadySignedIn: false });
    expect(other.requests).toEqual([]);
    other.close();
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
    expect(error.message).toContain("sends the sign-in to another host, http://evil.example.com");
  });

  test("nobody listens", async () => {
    const made = world();
    const { host } = oidc;
    oidc.close();
    const error = await failure(login(made.deps, request({ host })));
    expect(error).toMatchObject({ code: "unreachable", exit: 6 });
  });
});
