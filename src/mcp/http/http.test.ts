// Who may call over HTTP, what each gets, and how long he is remembered.
import { describe, expect, test } from "bun:test";
import { Secret } from "../../platform/secret.ts";
import { MortarError } from "../../platform/errors.ts";
import { selectTools } from "../../tools/selection.ts";
import { termsOf } from "../../tools/terms.ts";
import { admit, type AdmissionOptions } from "./admission.ts";
import { createCallers } from "./callers.ts";
import { narrowed, narrowingOf } from "./narrowing.ts";

const key = "k".repeat(40);
const withKey: AdmissionOptions = {
  hosts: ["127.0.0.1", "localhost", "::1"],
  origins: ["https://good.example"],
  key: new Secret(key),
  forwarded: undefined,
};

function outcome(headers: Record<string, string>, options = withKey, metadata?: string): string | number {
  const request = new Request("http://127.0.0.1:8484/mcp", { method: "POST", headers });
  const admission = admit(request, options, metadata);
  return "proof" in admission ? admission.proof : admission.refusal.status;
}

const good = { host: "127.0.0.1:8484", authorization: `Bearer ${key}` };

describe("with a key", () => {
  const cases: readonly (readonly [string, Record<string, string>, string | number])[] = [
    ["the key", good, key],
    ["the key under another of this machine's names", { ...good, host: "LocalHost:8484" }, key],
    ["the key on IPv6", { ...good, host: "[::1]:8484" }, key],
    ["no key", { host: "127.0.0.1" }, 401],
    ["another key", { ...good, authorization: `Bearer ${"x".repeat(40)}` }, 401],
    ["a part of the key", { ...good, authorization: `Bearer ${key.slice(1)}` }, 401],
    ["the key as a password", { ...good, authorization: `Basic ${btoa(`me:${key}`)}` }, 401],
    ["a name that was made to lead here", { ...good, host: "evil.example:8484" }, 403],
    ["a name that begins like ours", { ...good, host: "127.0.0.1.evil.example" }, 403],
    ["a web page", { ...good, origin: "https://evil.example" }, 403],
    ["a page without a name", { ...good, origin: "null" }, 403],
    ["a client that names our own address", { ...good, origin: "http://127.0.0.1:8484" }, key],
    ["a page of another port of this machine", { ...good, origin: "http://127.0.0.1:3000" }, 403],
    ["a page that was let in", { ...good, origin: "https://good.example" }, key],
    ["a forwarded token, which nobody was told to trust", { host: "127.0.0.1", "x-forwarded-access-token": key }, 401],
  ];
  test.each(cases.map(([what, headers, expected]) => [what, headers, expected] as const))(
    "%s",
    (_what, headers, expected) => {
      expect(outcome(headers)).toBe(expected);
    },
  );
});

describe("as the caller", () => {
  const asCaller = { ...withKey, key: undefined };

  test("any token goes through, for the workspace to judge", () => {
    expect(outcome({ host: "127.0.0.1", authorization: "Bearer dapi1" }, asCaller)).toBe("dapi1");
  });

  test("none is answered with where to get one", () => {
    const request = new Request("http://127.0.0.1/mcp", { method: "POST", headers: { host: "127.0.0.1" } });
    const admission = admit(request, asCaller, "http://127.0.0.1/.well-known/x");
    const challenge = "refusal" in admission ? admission.refusal.headers.get("www-authenticate") : "";
    expect(challenge).toBe('Bearer resource_metadata="http://127.0.0.1/.well-known/x"');
  });

  test("a forwarded one counts where it is trusted, and then nothing else does", () => {
    const trusting = { ...asCaller, forwarded: "x-forwarded-access-token" };
    expect(outcome({ host: "127.0.0.1", "x-forwarded-access-token": "t1", authorization: "Bearer t2" }, trusting)).toBe(
      "t1",
    );
    expect(outcome({ host: "127.0.0.1", authorization: "Bearer t2" }, trusting)).toBe(401);
  });
});

describe("behind a platform that signs callers in", () => {
  const app = { ...withKey, key: undefined, hosts: undefined, origins: [], forwarded: "x-forwarded-access-token" };
  const person = {
    host: "10.0.0.7:8000",
    "x-forwarded-host": "shop.databricksapps.com",
    "x-forwarded-access-token": "t1",
  };
  test.each([
    ["a person, under whatever name the platform uses", {}, "t1"],
    ["the app's own page", { origin: "https://shop.databricksapps.com" }, "t1"],
    ["another's page", { origin: "https://evil.example" }, 403],
    ["a page of the name that the platform uses", { origin: "http://10.0.0.7:8000" }, 403],
    ["nobody", { "x-forwarded-access-token": "", authorization: "Bearer t2" }, 401],
  ] as const)("%s", (_what, headers, expected) => {
    expect(outcome({ ...person, ...headers }, app)).toBe(expected);
  });

  test("who is not named is told what the app needs", async () => {
    const request = new Request("http://10.0.0.7/mcp", { method: "POST", headers: { host: "10.0.0.7" } });
    const admission = admit(request, app, undefined);
    expect("refusal" in admission ? await admission.refusal.text() : "").toContain("user authorization");
  });
});

describe("headers that ask for stricter terms", () => {
  const offered = selectTools({ terms: termsOf({ protect: ["prod"], maxRows: 100 }) });
  const termsWith = (headers: Record<string, string>) => narrowed(offered, new Headers(headers)).terms;

  test("are heard", () => {
    const terms = termsWith({
      "x-mcp-confirm": "Always",
      "x-mcp-protect": "dev, /Shared/x",
      "x-mcp-max-rows": "10",
      "x-mcp-max-chars": "2000",
      "x-mcp-max-wait": "30",
      "x-mcp-discovery": "1",
    });
    expect(terms).toMatchObject({ confirm: "always", discovery: true });
    expect(terms.limits).toMatchObject({ rows: 10, textChars: 2_000, maxWaitSeconds: 30 });
    expect(terms.protection?.patterns.map(({ written }) => written)).toEqual(["prod", "dev", "/Shared/x"]);
  });

  test("are passed over where they are less strict", () => {
    const loose = { "x-mcp-confirm": "never", "x-mcp-protect": "", "x-mcp-max-rows": "10000" };
    expect(termsWith(loose)).toEqual(offered.terms);
  });

  test.each([
    ["x-mcp-confirm", "maybe"],
    ["x-mcp-protect", "a b"],
    ["x-mcp-max-rows", "-1"],
    ["x-mcp-max-wait", "1e2"],
    ["x-mcp-discovery", "perhaps"],
  ])("are refused where they cannot be understood: %s: %s", (name, value) => {
    expect(() => termsWith({ [name]: value })).toThrow(MortarError);
  });

  test("make a session of the older era another one", () => {
    const one = narrowingOf(new Headers({ "x-mcp-protect": "dev" }));
    expect(one).not.toEqual(narrowingOf(new Headers()));
  });
});

describe("headers that ask for less", () => {
  const names = (headers: Record<string, string>, offered = selectTools({ toolsets: ["jobs", "clusters"] })) =>
    narrowed(offered, new Headers(headers)).entries.map(({ name }) => name);

  test("leave what was offered where there are none", () => {
    const offered = selectTools({ toolsets: ["jobs"] });
    expect(narrowed(offered, new Headers())).toBe(offered);
  });

  test("take out, and never add", () => {
    expect(names({ "x-mcp-toolsets": "jobs" }).every((name) => !name.includes("cluster"))).toBe(true);
    expect(names({ "x-mcp-toolsets": "notebooks" })).toEqual([]);
    expect(names({ "x-mcp-tools": "list_jobs, read_notebook" })).toEqual(["list_jobs"]);
    expect(names({ "x-mcp-exclude-tools": "list_jobs" })).not.toContain("list_jobs");
    expect(names({ "x-mcp-readonly": "true" })).not.toContain("create_job");
  });

  test("cannot undo what the server was told", () => {
    const reading = selectTools({ readOnly: true });
    expect(names({ "x-mcp-readonly": "false", "x-mcp-tools": "create_job" }, reading)).toEqual([]);
    expect(narrowed(reading, new Headers({ "x-mcp-toolsets": "jobs" })).readOnly).toBe(true);
  });

  test("that name nothing are an error", () => {
    expect(() => names({ "x-mcp-toolsets": "jobz" })).toThrow("jobz");
    expect(() => names({ "x-mcp-readonly": "maybe" })).toThrow("neither true nor false");
  });
});

describe("callers", () => {
  const clockAt = (time: { ms: number }) => ({ now: () => time.ms, sleep: () => Promise.resolve() });
  const source = { open: () => Promise.reject(new Error("not opened")), forget: () => undefined };

  test("are told apart by their tokens, and keep what they have open", () => {
    const opened: string[] = [];
    const callers = createCallers({ clock: clockAt({ ms: 0 }), open: (proof) => (opened.push(proof), source) });
    callers.of("a").session.keep("c1", () => Promise.resolve(), "python");
    expect(callers.of("a").session.about("c1")).toBe("python");
    expect(callers.of("b").session.about("c1")).toBeUndefined();
    expect(opened).toEqual(["a", "b"]);
  });

  test("who do not call for an hour are forgotten, and what they had open is let go", async () => {
    const time = { ms: 0 };
    const released = Promise.withResolvers<string>();
    const callers = createCallers({ clock: clockAt(time), open: () => source, idleMs: 1_000 });
    callers.of("a").session.keep("c1", async () => released.resolve("c1"));
    time.ms = 2_000;
    callers.of("b");
    expect(await released.promise).toBe("c1");
    expect(callers.of("a").session.about("c1")).toBeUndefined();
  });

  test("are remembered up to a number, those who called last", () => {
    const callers = createCallers({ clock: clockAt({ ms: 0 }), open: () => source, most: 2 });
    for (const one of ["a", "b", "a", "c", "d"]) callers.of(one).session.keep("k", () => Promise.resolve(), one);
    expect(callers.of("d").session.about("k")).toBe("d");
    expect(callers.of("b").session.about("k")).toBeUndefined();
  });

  test("are not pushed out by tokens that open nothing", () => {
    const callers = createCallers({ clock: clockAt({ ms: 0 }), open: () => source, most: 5 });
    callers.of("works").session.keep("k", () => Promise.resolve(), "python");
    for (let at = 0; at < 50; at++) callers.of(`made-up-${at}`);
    expect(callers.of("works").session.about("k")).toBe("python");
  });

  test("what a call opens after its caller was forgotten is let go at once", async () => {
    const callers = createCallers({ clock: clockAt({ ms: 0 }), open: () => source });
    const { session } = callers.of("a");
    await callers.end(AbortSignal.timeout(1_000));
    const released = Promise.withResolvers<string>();
    session.keep("k", async () => released.resolve("k"));
    expect(await released.promise).toBe("k");
    expect(session.isEmpty()).toBe(true);
  });

  test("all are let go at the end", async () => {
    const released: string[] = [];
    const callers = createCallers({ clock: clockAt({ ms: 0 }), open: () => source });
    for (const one of ["a", "b"]) callers.of(one).session.keep("k", async () => void released.push(one));
    await callers.end(AbortSignal.timeout(1_000));
    expect(released).toEqual(["a", "b"]);
  });
});
