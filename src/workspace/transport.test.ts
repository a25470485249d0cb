import { expect, spyOn, test } from "bun:test";
import { createTransport, type Attempt } from "./transport.ts";

const attempt: Attempt = {
  method: "GET",
  url: "https://dbc-1.cloud.databricks.com/api/2.0/x",
  headers: { Authorization: "Bearer a-very-secret-token" },
  body: undefined,
  timeoutMs: 60_000,
  maxBytes: 1024 * 1024,
  signal: undefined,
};

/** What the transport makes of a fetch that throws an error with this code. */
async function failureWith(code: string | undefined) {
  const transport = createTransport(async () => {
    throw Object.assign(new TypeError("it did not work"), code === undefined ? {} : { code });
  });
  const outcome = await transport(attempt);
  if ("bytes" in outcome) throw new Error("It was expected to fail, and did not");
  return outcome;
}

test.each([
  ["ENOTFOUND", "not-sent", "its name is unknown"],
  ["EAI_AGAIN", "not-sent", "its name is unknown"],
  ["ECONNREFUSED", "not-sent", "refuses the connection"],
  ["ECONNRESET", "network", "the connection broke"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "final", "its certificate is not trusted"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "final", "its certificate is not trusted"],
  ["CERT_HAS_EXPIRED", "final", "its certificate is not trusted"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "final", "its certificate is not trusted"],
  ["EPROTO", "final", "does not speak HTTP"],
  [undefined, "network", "the connection broke"],
])("%s is %s: %s", async (code, kind, words) => {
  const { error, kind: found } = await failureWith(code);
  expect(String(found)).toBe(String(kind));
  expect(error.code).toBe("unreachable");
  expect(error.message).toContain("https://dbc-1.cloud.databricks.com");
  expect(error.message).toContain(String(words));
  expect(error.hint).toBeString();
});

test("the cause is what fetch threw, and not an error that holds the request", async () => {
  const { error } = await failureWith("ECONNRESET");
  expect(error.cause).toBeInstanceOf(TypeError);
  expect(Bun.inspect(error, { depth: 10 })).not.toContain("a-very-secret-token");
});

test("redirects are not followed and nothing is retried below us", async () => {
  const seen: (BunFetchRequestInit | undefined)[] = [];
  const transport = createTransport(async (_url, init) => {
    seen.push(init);
    return new Response("busy", { status: 503 });
  });
  const outcome = await transport(attempt);
  expect(outcome).toMatchObject({ status: 503 });
  expect(seen.length).toBe(1);
  expect(seen[0]?.redirect).toBe("manual");
});

test.each([
  ["http://127.0.0.1:8080/x", true],
  ["http://localhost:8080/x", true],
  ["http://[::1]:8080/x", true],
  ["https://dbc-1.cloud.databricks.com/x", false],
  ["https://localhost.example.com/x", false],
])("%s goes past the proxy: %p", async (url, direct) => {
  let seen: BunFetchRequestInit | undefined;
  const transport = createTransport(async (_url, init) => {
    seen = init;
    return Response.json({});
  });
  await transport({ ...attempt, url });
  expect(seen?.proxy).toBe(direct ? false : undefined);
});

test("the proxy of the environment does not get a request to this machine", async () => {
  using proxy = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("the proxy") });
  using workspace = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("the workspace") });
  const program = `
    const { createTransport } = await import(${JSON.stringify(new URL("transport.ts", import.meta.url).href)});
    const attempt = { method: "GET", headers: {}, timeoutMs: 10_000, maxBytes: 1000, url: process.argv[1] };
    const { bytes } = await createTransport(fetch)(attempt);
    process.stdout.write(bytes);`;
  const address = `http://127.0.0.1:${proxy.port}`;
  const child = Bun.spawn([process.execPath, "-e", program, `http://127.0.0.1:${workspace.port}/`], {
    env: { PATH: process.env["PATH"] ?? "", HTTP_PROXY: address, http_proxy: address },
    stdin: "ignore",
  });
  expect(await new Response(child.stdout).text()).toBe("the workspace");
});

test("a token with a character that no header carries is told at once, and not shown", async () => {
  let sent = 0;
  const transport = createTransport(async () => {
    sent += 1;
    return Response.json({});
  });
  const outcome = await transport({ ...attempt, headers: { Authorization: "Bearer a-very-secret\u201d" } });
  if ("bytes" in outcome) throw new Error("It was expected to fail, and did not");
  expect(outcome.error.code).toBe("config_invalid");
  expect(outcome.kind).toBe("final");
  expect(Bun.inspect(outcome, { depth: 10 })).not.toContain("a-very-secret");
  expect(sent).toBe(0);
});

test("it leaves no listener on the caller's signal", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  };
  await createTransport(async () => Response.json({}))({ ...attempt, signal });
  expect(listeners).toBe(0);
});

test("it leaves no timer behind, which would keep the process alive for a minute", async () => {
  const set = spyOn(globalThis, "setTimeout");
  const cleared = spyOn(globalThis, "clearTimeout");
  try {
    await createTransport(async () => Response.json({}))({ ...attempt, timeoutMs: 61_234 });
    const index = set.mock.calls.findIndex((call) => call[1] === 61_234);
    expect(index).toBeGreaterThanOrEqual(0);
    expect(cleared.mock.calls.map((call): unknown => call[0])).toContain(set.mock.results[index]?.value);
  } finally {
    set.mockRestore();
    cleared.mockRestore();
  }
});
