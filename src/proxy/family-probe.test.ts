import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePaths } from "../platform/paths.ts";
import { createFamilyProbe } from "./family-probe.ts";
import { fixedUpstream, httpUpstream, testDeps, type Received } from "./testing.ts";

let folder = "";
let nowMs = 1_000_000;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-family-"));
  nowMs = 1_000_000;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function deps() {
  const clock = { now: () => nowMs, sleep: () => Promise.resolve() };
  return testDeps({ clock, paths: resolvePaths({ MORTAR_HOME: folder }, "linux") });
}

const refuse = (status: number, error_code: string, message: string) =>
  Response.json({ error_code, message }, { status });
const isService = ({ target }: Received): boolean => target.includes("model-services");

describe("the family of a workspace", () => {
  test.each<[string, (request: Received) => Response, string]>([
    ["model services", () => Response.json({ model_services: [] }), "model-services"],
    [
      "model services that want the workspace's id",
      () => refuse(400, "INVALID_PARAMETER_VALUE", "Invalid MetastoreId"),
      "model-services",
    ],
    [
      "a gateway alone",
      (request) => (isService(request) ? refuse(404, "NOT_FOUND", "No API found") : Response.json({ endpoints: [] })),
      "ai-gateway",
    ],
    [
      "model services that are not this person's",
      (request) => (isService(request) ? refuse(403, "PERMISSION_DENIED", "USE CATALOG on system") : Response.json({})),
      "ai-gateway",
    ],
    ["neither", () => refuse(404, "NOT_FOUND", "No API found"), "serving-endpoints"],
  ])("with %s", async (_name, respond, expected) => {
    await using upstream = httpUpstream(respond);
    const probe = createFamilyProbe(deps());
    expect(await probe(fixedUpstream(upstream.url))).toBe(expected as never);
    expect(upstream.received[0]?.target).toContain("page_size=1");
    expect(upstream.received[0]?.headers.get("authorization")).toStartWith("Bearer ");
  });

  test("is asked once a day, also by another process, and for each profile", async () => {
    await using upstream = httpUpstream(() => Response.json({}));
    const ask = (profile: string) => createFamilyProbe(deps())(fixedUpstream(upstream.url, { profile }));
    await ask("a");
    await ask("a");
    expect(upstream.received).toHaveLength(1);
    await ask("b");
    expect(upstream.received).toHaveLength(2);
    nowMs += 25 * 3_600_000;
    await ask("a");
    expect(upstream.received).toHaveLength(3);
  });

  test("of the oldest kind is asked again after an hour", async () => {
    await using upstream = httpUpstream(() => refuse(404, "NOT_FOUND", "No API found"));
    const ask = () => createFamilyProbe(deps())(fixedUpstream(upstream.url));
    await ask();
    await ask();
    expect(upstream.received).toHaveLength(2);
    nowMs += 3_600_001;
    await ask();
    expect(upstream.received).toHaveLength(4);
  });

  test.each([
    [401, "not signed in", "token_rejected"],
    [400, "Invalid Token", "token_rejected"],
    [503, "later", "unavailable"],
    [429, "too many requests", "unavailable"],
    [408, "too slow", "unavailable"],
    [302, "sign in", "bad_response"],
  ])("is not guessed from %i %s", async (status, message, code) => {
    await using upstream = httpUpstream(() => refuse(status, "ERROR", message));
    const failure = createFamilyProbe(deps())(fixedUpstream(upstream.url)).catch((thrown: unknown) => thrown);
    expect(await failure).toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
  });

  test("is asked again where what was kept is garbage", async () => {
    await using upstream = httpUpstream(() => Response.json({}));
    const probe = createFamilyProbe(deps());
    await probe(fixedUpstream(upstream.url));
    const kept = join(folder, "cache", "families");
    for (const name of await readdir(kept)) await writeFile(join(kept, name), "{");
    expect(await probe(fixedUpstream(upstream.url))).toBe("model-services");
    expect(upstream.received).toHaveLength(2);
  });
});
