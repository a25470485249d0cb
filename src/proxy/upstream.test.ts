import { describe, expect, test } from "bun:test";
import { fakeOidc } from "../auth/testing-oidc.ts";
import { failure, startMs, storeLogin, useWorlds, withEnv, type TestWorld } from "../auth/testing.ts";
import { removeLogin } from "../auth/token-store.ts";
import type { Fetch } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { errorTranslator } from "./errors/translator.ts";
import type { UpstreamFamily } from "./family.ts";
import { httpUpstream, startTestProxy, until } from "./testing.ts";
import { createUpstreams } from "./upstream.ts";

const network: Fetch = (input, init) => fetch(input, init);
const world = useWorlds({ fetch: network });

// The id is there, so that no host is asked for it.
const profiles = (...list: readonly [name: string, host: string, token: string][]): string =>
  list.map(([name, host, token]) => `[${name}]\nhost = ${host}\ntoken = ${token}\nworkspace_id = 17\n`).join("\n");

const dev = "https://dev.cloud.databricks.com";
const prod = "https://prod.cloud.databricks.com";
const both = profiles(["dev", dev, "dapi-dev"], ["prod", prod, "dapi-prod"]);

describe("the upstream of a profile", () => {
  test("is its workspace, with its token", async () => {
    const openUpstream = createUpstreams(world({ config: both }).deps);
    const upstream = await openUpstream("dev");
    expect(upstream).toMatchObject({ profile: "dev", origin: dev, prefix: "" });
    expect(await upstream.headers()).toEqual({ Authorization: "Bearer dapi-dev", "X-Databricks-Workspace-Id": "17" });
    expect(await openUpstream("dev")).toBe(upstream);
  });

  test("is never another's", async () => {
    const openUpstream = createUpstreams(world({ config: both }).deps);
    const opened = await Promise.all(["dev", "prod", "dev", "prod"].map((name) => openUpstream(name)));
    expect(opened.map(({ origin }) => origin)).toEqual([dev, prod, dev, prod]);
    const tokens = await Promise.all(opened.map(async (upstream) => (await upstream.headers())["Authorization"]));
    expect(tokens).toEqual(["Bearer dapi-dev", "Bearer dapi-prod", "Bearer dapi-dev", "Bearer dapi-prod"]);
  });

  test("opens with the program's own fetch, whose preconnect takes no address at a usual port", async () => {
    for (const host of [dev, `${dev}:8443`, "http://127.0.0.1:8080"]) {
      const { deps } = world({ config: profiles(["dev", host, "dapi-dev"]) });
      expect((await createUpstreams({ ...deps, fetch })("dev")).origin).toBe(host);
    }
  });

  test("does not hear what agents leak into the environment", async () => {
    const leaked = { DATABRICKS_HOST: prod, DATABRICKS_TOKEN: "dapi-leaked", DATABRICKS_CONFIG_PROFILE: "prod" };
    const openUpstream = createUpstreams(withEnv(world({ config: both }), leaked).deps);
    const upstream = await openUpstream("dev");
    expect(upstream.origin).toBe(dev);
    expect((await upstream.headers())["Authorization"]).toBe("Bearer dapi-dev");
  });

  test("that is not there is told, and looked for again", async () => {
    const made = world({ config: both });
    const openUpstream = createUpstreams(made.deps);
    expect(await failure(openUpstream("prd"))).toMatchObject({ code: "config_missing", hint: "Did you mean prod?" });
    made.write(".databrickscfg", both + profiles(["prd", "https://x.cloud.databricks.com", "dapi-x"]));
    expect((await openUpstream("prd")).origin).toBe("https://x.cloud.databricks.com");
  });

  test("is opened again when the profiles have changed", async () => {
    const made = world({ config: both });
    const openUpstream = createUpstreams(made.deps);
    await openUpstream("dev");
    made.write(".databrickscfg", profiles(["dev", prod, "dapi-of-another-length"]));
    made.pass(1_000);
    const upstream = await openUpstream("dev");
    expect(upstream.origin).toBe(prod);
    expect((await upstream.headers())["Authorization"]).toBe("Bearer dapi-of-another-length");
  });
});

describe("--upstream", () => {
  const open = async (url: string, trusted = false) =>
    createUpstreams(world({ config: both }).deps)("dev", { url, trusted });

  test("on the profile's own host gets the token", async () => {
    const upstream = await open(`${dev}/corp`);
    expect(upstream).toMatchObject({ origin: dev, prefix: "/corp" });
    expect((await upstream.headers())["Authorization"]).toBe("Bearer dapi-dev");
  });

  test.each([
    "https://evil.example",
    "https://dev.cloud.databricks.com.evil.example",
    "https://dev.cloud.databricks.com:8443",
    "https://prod.cloud.databricks.com",
    "http://127.0.0.1:8080",
  ])("on another host gets none unless it is trusted: %s", async (url) => {
    expect(await (await open(url)).headers()).toEqual({});
    expect(await (await open(url)).headers({ refused: "Bearer x" })).toEqual({});
    expect((await (await open(url, true)).headers())["Authorization"]).toBe("Bearer dapi-dev");
  });

  test("that got no token, and refuses for that, is told with what to give, and nobody is sent to sign in", async () => {
    await using elsewhere = httpUpstream(() => Response.json({ message: "Credential was not sent" }, { status: 401 }));
    const openUpstream = createUpstreams(world({ config: both }).deps);
    await using proxy = await startTestProxy(elsewhere.url, {
      filters: [errorTranslator],
      openUpstream: (profile) => openUpstream(profile, { url: elsewhere.url, trusted: false }),
    });
    const response = await proxy.call("/p/dev/codex/v1/responses", { method: "POST", body: "{}" });
    expect(response.status).toBe(401);
    const text = await response.text();
    expect(text).toContain("--trust-upstream");
    expect(text).not.toContain("auth login");
  });

  test("that is no https is refused, trusted or not", async () => {
    expect(await failure(open("http://gw.corp", true))).toMatchObject({ code: "config_invalid" });
  });

  test("does not change the profile's own upstream", async () => {
    const openUpstream = createUpstreams(world({ config: both }).deps);
    const override = { url: "https://gw.corp", trusted: false };
    const [own, other] = await Promise.all([openUpstream("dev"), openUpstream("dev", override)]);
    expect([own.origin, other.origin]).toEqual([dev, "https://gw.corp"]);
    expect(await openUpstream("dev", { ...override })).toBe(other);
    expect(await openUpstream("dev", { ...override, trusted: true })).not.toBe(other);
  });

  test("that names the older paths has the family that they are of", async () => {
    expect(await (await open(`${dev}/serving-endpoints/anthropic`)).family()).toBe("serving-endpoints");
  });
});

describe("the family", () => {
  test("is model services unless somebody looks", async () => {
    expect(await (await createUpstreams(world({ config: both }).deps)("dev")).family()).toBe("model-services");
  });

  test("is looked for once, also when the profiles change", async () => {
    const asked: string[] = [];
    const made = world({ config: both });
    const openUpstream = createUpstreams(made.deps, {
      probeFamily: async ({ origin, headers }) => {
        asked.push(`${origin} ${(await headers())["Authorization"]}`);
        return "ai-gateway";
      },
    });
    const upstream = await openUpstream("dev");
    expect(await Promise.all([upstream.family(), upstream.family()])).toEqual(["ai-gateway", "ai-gateway"]);
    made.write(".databrickscfg", `${both}\n# changed\n`);
    made.pass(1_000);
    expect(await (await openUpstream("dev")).family()).toBe("ai-gateway");
    expect(asked).toEqual([`${dev} Bearer dapi-dev`]);
    await (await openUpstream("prod")).family();
    expect(asked.length).toBe(2);
  });

  test("is looked for again after a while, and nobody waits for that or falls with it", async () => {
    const answers: (() => Promise<UpstreamFamily>)[] = [() => Promise.resolve("serving-endpoints")];
    const made = world({ config: both });
    const openUpstream = createUpstreams(made.deps, {
      probeFamily: () => answers.shift()?.() ?? Promise.reject(new Error("asked too often")),
    });
    const upstream = await openUpstream("dev");
    expect(await upstream.family()).toBe("serving-endpoints");
    made.pass(599_000);
    expect(await upstream.family()).toBe("serving-endpoints");
    made.pass(2_000);
    answers.push(() => Promise.reject(new MortarError("unreachable", "no network")));
    expect([await upstream.family(), await upstream.family()]).toEqual(["serving-endpoints", "serving-endpoints"]);
    await until(() => answers.length === 0);
    const later = Promise.withResolvers<UpstreamFamily>();
    answers.push(() => later.promise);
    while (answers.length > 0) {
      made.pass(601_000);
      expect(await upstream.family()).toBe("serving-endpoints");
      await Bun.sleep(1);
    }
    later.resolve("model-services");
    while ((await upstream.family()) !== "model-services") await Bun.sleep(1);
  });

  test("that could not be found is looked for again", async () => {
    const answers: (UpstreamFamily | MortarError)[] = [
      new MortarError("unreachable", "no network"),
      "serving-endpoints",
    ];
    const openUpstream = createUpstreams(world({ config: both }).deps, {
      probeFamily: () => {
        const answer = answers.shift();
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? "ai-gateway");
      },
    });
    const upstream = await openUpstream("dev");
    await expect(upstream.family()).rejects.toThrow("no network");
    expect(await upstream.family()).toBe("serving-endpoints");
  });

  test("is looked for again with a new token, where the old one was refused", async () => {
    const oidc = fakeOidc();
    try {
      const made = world({ config: `[dev]\nhost = ${oidc.host}\nauth_type = databricks-cli\nworkspace_id = 17\n` });
      await storeLogin(made, oidc.host);
      const asked: (string | undefined)[] = [];
      const openUpstream = createUpstreams(made.deps, {
        probeFamily: async ({ headers }) => {
          asked.push((await headers())["Authorization"]);
          if (asked.length === 1) throw new MortarError("token_rejected", "no");
          return "ai-gateway";
        },
      });
      expect(await (await openUpstream("dev")).family()).toBe("ai-gateway");
      expect(asked).toEqual(["Bearer access-secret-old", "Bearer access-secret-1"]);
    } finally {
      oidc.close();
    }
  });

  test("of an upstream that gets no token is not looked for", async () => {
    const openUpstream = createUpstreams(world({ config: both }).deps, {
      probeFamily: () => Promise.reject(new Error("asked")),
    });
    expect(await (await openUpstream("dev", { url: "https://gw.corp", trusted: false })).family()).toBe(
      "model-services",
    );
  });

  test("that a person has set is not looked for", async () => {
    const openUpstream = createUpstreams(world({ config: both }).deps, {
      probeFamily: () => Promise.reject(new Error("asked")),
      forcedFamily: (profile) => (profile === "dev" ? "serving-endpoints" : undefined),
    });
    expect(await (await openUpstream("dev")).family()).toBe("serving-endpoints");
    await expect((await openUpstream("prod")).family()).rejects.toThrow("asked");
  });
});

describe("a sign-in in the browser, through the proxy", () => {
  interface Signed extends AsyncDisposable {
    readonly made: TestWorld;
    readonly oidc: ReturnType<typeof fakeOidc>;
    /** The tokens that the workspace saw. */
    readonly seen: string[];
    ask(): Promise<Response>;
  }

  /** A workspace that takes only tokens that are valid now, and a profile that is signed in to it. */
  async function signedIn(): Promise<Signed> {
    const oidc = fakeOidc();
    oidc.valid.add("access-secret-old");
    const seen: string[] = [];
    oidc.override = (request) => {
      if (!new URL(request.url).pathname.startsWith("/ai-gateway/")) return undefined;
      const token = (request.headers.get("authorization") ?? "").replace("Bearer ", "");
      seen.push(token);
      return oidc.valid.has(token)
        ? new Response("ok")
        : Response.json({ error_code: "UNAUTHENTICATED", message: "expired" }, { status: 401 });
    };
    const made = world({ config: `[dev]\nhost = ${oidc.host}\nauth_type = databricks-cli\nworkspace_id = 17\n` });
    await storeLogin(made, oidc.host);
    const proxy = await startTestProxy("http://127.0.0.1:1", { openUpstream: createUpstreams(made.deps) });
    return {
      made,
      oidc,
      seen,
      ask: () => proxy.call("/p/dev/anthropic/v1/messages", { method: "POST", body: "{}" }),
      [Symbol.asyncDispose]: async () => {
        await proxy[Symbol.asyncDispose]();
        oidc.close();
      },
    };
  }

  test("goes on when its token is revoked: one refresh for many requests", async () => {
    await using signed = await signedIn();
    expect((await signed.ask()).status).toBe(200);
    signed.oidc.valid.clear();
    const answers = await Promise.all(Array.from({ length: 10 }, () => signed.ask()));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(signed.oidc.forms.length).toBe(1);
    expect(signed.seen.filter((token) => token === "access-secret-1").length).toBe(10);
  });

  test("goes on over a night, with refresh tokens that count once", async () => {
    await using signed = await signedIn();
    const used: string[] = [];
    for (let night = 0; night < 3; night++) {
      expect((await signed.ask()).status).toBe(200);
      signed.made.pass(9 * 3_600_000);
      signed.oidc.valid.clear();
    }
    expect((await signed.ask()).status).toBe(200);
    for (const form of signed.oidc.forms) used.push(form.get("refresh_token") ?? "");
    expect(new Set(used).size).toBe(3);
    expect(signed.seen).toEqual(["access-secret-old", "access-secret-1", "access-secret-2", "access-secret-3"]);
  });

  test("that has ended says what to run, and goes on after it was run", async () => {
    await using signed = await signedIn();
    signed.oidc.refreshToken = "another";
    signed.made.pass(2 * 3_600_000);
    const response = await signed.ask();
    expect(response.status).toBe(401);
    expect(await response.text()).toContain("mortar auth login dev");
    expect(signed.seen).toEqual([]);
    signed.oidc.valid.add("access-secret-old");
    await storeLogin(signed.made, signed.oidc.host, { expiresAtMs: startMs + 6 * 3_600_000 });
    expect((await signed.ask()).status).toBe(200);
  });

  test("that a person has ended ends for the agents too", async () => {
    await using signed = await signedIn();
    expect((await signed.ask()).status).toBe(200);
    await removeLogin(signed.made.deps, { host: signed.oidc.host, profile: "dev" });
    signed.made.pass(1_000);
    const response = await signed.ask();
    expect(response.status).toBe(401);
    expect(await response.text()).toContain("mortar auth login");
    expect(signed.seen).toEqual(["access-secret-old"]);
  });

  test("that is another person's from now on is the agents' too", async () => {
    await using signed = await signedIn();
    expect((await signed.ask()).status).toBe(200);
    signed.oidc.valid.add("access-secret-of-another");
    await storeLogin(signed.made, signed.oidc.host, { accessToken: "access-secret-of-another" });
    signed.made.pass(1_000);
    expect((await signed.ask()).status).toBe(200);
    expect(signed.seen).toEqual(["access-secret-old", "access-secret-of-another"]);
  });

  test("that cannot be renewed for now serves to its end, and is then told", async () => {
    await using signed = await signedIn();
    const { override } = signed.oidc;
    signed.oidc.override = (request) =>
      request.url.endsWith("/oidc/v1/token") ? new Response("busy", { status: 500 }) : override?.(request);
    signed.made.pass(57 * 60_000);
    for (let time = 0; time < 4; time++) {
      expect((await signed.ask()).status).toBe(200);
      signed.made.pass(10_000);
    }
    signed.made.pass(4 * 60_000);
    const response = await signed.ask();
    expect(response.status).toBeGreaterThanOrEqual(500);
    expect(await response.json()).toMatchObject({ type: "error" });
    signed.oidc.override = override;
    expect((await signed.ask()).status).toBe(200);
  });
});
