// Who gets to the app at all: the right name, no foreign page, and the key.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../../../platform/errors.ts";
import { Secret } from "../../../platform/secret.ts";
import { cookieValue } from "../key.ts";
import { createTickets } from "../tickets.ts";
import { cookieName, hasKey, letIn, requireOwnName, requireOwnPage } from "./admission.ts";

const port = 8010;
const own = `127.0.0.1:${port}`;
const tickets = createTickets({ now: () => 0, sleep: () => Promise.resolve() });
const key = { secret: new Secret("k".repeat(43)), file: "/none" };

function asked(headers: Record<string, string>, method = "GET"): Request {
  return new Request(`http://${own}/api/projects`, { method, headers: { host: own, ...headers } });
}

function refused(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return thrown instanceof MortarError ? thrown.code : "another";
  }
}

describe("the name", () => {
  test.each(["127.0.0.1:8010", "localhost:8010", "[::1]:8010", "LOCALHOST"])("%s is ours", (host) => {
    expect(refused(() => requireOwnName(asked({ host })))).toBeUndefined();
  });

  test.each(["evil.example", "evil.example:8010", "127.0.0.1.evil.example", "localhost.evil.example:8010", ""])(
    "%s is none of ours",
    (host) => {
      expect(refused(() => requireOwnName(asked({ host })))).toBe("permission_denied");
    },
  );
});

describe("the page behind a request", () => {
  const cases: readonly (readonly [string, Record<string, string>, string, boolean])[] = [
    ["none: a script", {}, "POST", true],
    ["ours", { origin: `http://${own}`, "sec-fetch-site": "same-origin" }, "POST", true],
    ["ours, in a browser that says no more", { origin: `http://${own}` }, "POST", true],
    ["the address bar", { "sec-fetch-site": "none" }, "GET", true],
    ["of another site", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, "POST", false],
    ["of another site, an image", { "sec-fetch-site": "cross-site" }, "GET", false],
    ["of another port", { origin: "http://127.0.0.1:9", "sec-fetch-site": "same-site" }, "POST", false],
    ["of another port, read", { "sec-fetch-site": "same-site" }, "GET", false],
    ["of another site, in an old browser", { origin: "https://evil.example" }, "POST", false],
    ["without an origin of its own", { origin: "null" }, "POST", false],
    ["that says two things", { origin: "https://evil.example", "sec-fetch-site": "same-origin" }, "POST", false],
    ["whose platform is not trusted here", { origin: "https://a.b", "x-forwarded-host": "a.b" }, "POST", false],
  ];

  test.each(cases)("%s", (_name, headers, method, isLetIn) => {
    const code = refused(() => requireOwnPage(asked(headers, method), { isShared: false }));
    expect(code).toBe(isLetIn ? undefined : "permission_denied");
  });

  test("is known by the platform's name behind one", () => {
    const through = { origin: "https://app.example", "x-forwarded-host": "app.example" };
    expect(refused(() => requireOwnPage(asked(through, "POST"), { isShared: true }))).toBeUndefined();
    const other = { origin: "https://evil.example", "x-forwarded-host": "app.example" };
    expect(refused(() => requireOwnPage(asked(other, "POST"), { isShared: true }))).toBe("permission_denied");
  });
});

describe("the key", () => {
  const cookie = `${cookieName(port)}=${cookieValue(key)}`;
  const cases: readonly (readonly [string, Record<string, string>, boolean])[] = [
    ["as a bearer", { authorization: `Bearer ${key.secret.reveal()}` }, true],
    ["as a bearer in small letters", { authorization: `bearer ${key.secret.reveal()}` }, true],
    ["as a cookie", { cookie: `a=b; ${cookie}; c=d` }, true],
    ["of another", { authorization: `Bearer ${"x".repeat(43)}` }, false],
    ["cut short", { authorization: `Bearer ${key.secret.reveal().slice(1)}` }, false],
    ["in the cookie itself", { cookie: `${cookieName(port)}=${key.secret.reveal()}` }, false],
    ["in the cookie of another port", { cookie: `${cookieName(9)}=${cookieValue(key)}` }, false],
    ["in a cookie whose name ends like ours", { cookie: `x${cookie}` }, false],
    ["wrong beside a good cookie", { authorization: "Bearer x", cookie }, false],
    ["missing", {}, false],
  ];

  test.each(cases)("%s", (_name, headers, isLetIn) => {
    expect(hasKey(asked(headers), key, port)).toBe(isLetIn);
  });

  function entered(path: string, method = "GET", headers = {}): Response | undefined {
    const url = new URL(`http://${own}${path}`);
    return letIn(new Request(url, { method, headers }), url, { key, tickets, port });
  }

  test("goes from the address into a cookie that no script and no other site sees", () => {
    const answer = entered(`/projects/1?a=b&key=${key.secret.reveal()}`);
    expect(answer?.status).toBe(303);
    expect(answer?.headers.get("location")).toBe("/projects/1?a=b");
    expect(answer?.headers.get("set-cookie")).toBe(
      `${cookieName(port)}=${cookieValue(key)}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000`,
    );
    expect(answer?.headers.get("referrer-policy")).toBe("no-referrer");
  });

  test("may be a ticket, once; opened again, the address is good for the browser that has the cookie alone", () => {
    const path = `/?ticket=${tickets.issue()}`;
    const first = entered(path);
    expect([first?.status, first?.headers.get("location")]).toEqual([303, "/"]);
    const given = first?.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(given).toBe(cookie);
    expect(entered(path)?.status).toBe(401);
    expect(entered(path, "GET", { cookie: given })?.status).toBe(303);
    expect(entered(`/api/me?ticket=${tickets.issue()}`)).toBeUndefined();
    expect(entered(`/mcp?key=${key.secret.reveal()}`)).toBeUndefined();
  });

  test("leads nowhere else", () => {
    expect(entered(`//evil.example/?key=${key.secret.reveal()}`)?.headers.get("location")).toBe("/evil.example/");
    expect(entered(`/%5Cevil.example?key=${key.secret.reveal()}`)?.headers.get("location")).toBe("/%5Cevil.example");
  });

  test("lets nobody in when it is wrong, and is no business of routes", () => {
    expect(entered("/?key=wrong")?.status).toBe(401);
    expect(entered("/?key=wrong")?.headers.has("set-cookie")).toBe(false);
    expect(entered("/")).toBeUndefined();
    expect(entered("/?key=wrong", "POST")).toBeUndefined();
    expect(entered("/api/me?key=wrong")).toBeUndefined();
  });
});
