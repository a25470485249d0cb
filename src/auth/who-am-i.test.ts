// What the workspace says of a sign-in, and what its refusals mean.
import { describe, expect, test } from "bun:test";
import type { TokenOptions } from "./credentials.ts";
import { failure, fetchBy, useWorlds } from "./testing.ts";
import { whoAmI, type Me } from "./who-am-i.ts";

const world = useWorlds();

function ask(answer: () => Response, host = "https://x"): Promise<Me> {
  const { deps } = world({ fetch: fetchBy(answer) });
  return whoAmI(deps, { host, headers: () => Promise.resolve({ Authorization: "Bearer t" }) });
}

describe("who am I", () => {
  test("the user and the workspace", async () => {
    const answer = (): Response => Response.json({ userName: "ada" }, { headers: { "x-databricks-org-id": "7" } });
    expect(await ask(answer)).toEqual({ user: "ada", workspaceId: "7" });
  });

  test("a sign-in of narrow scopes has no name, and is good", async () => {
    const message = "Provided OAuth token does not have required scopes: iam.current-user:read";
    expect(await ask(() => Response.json({ message }, { status: 403 }))).toEqual({
      user: undefined,
      workspaceId: undefined,
    });
  });

  test.each([
    [401, "token_rejected", 3],
    [403, "token_rejected", 3],
    [500, "workspace_error", 1],
  ])("%d", async (status, code, exit) => {
    const error = await failure(ask(() => Response.json({ message: "Invalid access token." }, { status })));
    expect<unknown>([error.code, error.exit]).toEqual([code, exit]);
    expect(error.message).toContain("Invalid access token.");
  });

  test("a token that is refused before its time is renewed once", async () => {
    const seen: (string | null)[] = [];
    const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
      const sent = new Headers(init?.headers).get("authorization");
      seen.push(sent);
      return sent === "Bearer new" ? Response.json({ userName: "ada" }) : Response.json({}, { status: 401 });
    };
    const { deps } = world({ fetch });
    const headers = async ({ forceRefresh = false }: TokenOptions = {}): Promise<Record<string, string>> => ({
      Authorization: forceRefresh ? "Bearer new" : "Bearer old",
    });
    expect(await whoAmI(deps, { host: "https://x", headers })).toMatchObject({ user: "ada" });
    expect(seen).toEqual(["Bearer old", "Bearer new"]);
  });

  test("a personal token is asked with once, and the hint names the profile to sign in", async () => {
    let asked = 0;
    const { deps } = world({
      fetch: fetchBy(() => {
        asked += 1;
        return Response.json({}, { status: 401 });
      }),
    });
    const headers = (): Promise<Record<string, string>> => Promise.resolve({ Authorization: "Bearer t" });
    const error = await failure(whoAmI(deps, { host: "https://x", headers, profile: "dev" }));
    expect(error.hint).toBe("Sign in again with `mortar auth login dev --force`.");
    expect(asked).toBe(1);
  });

  test("a login page is no answer", async () => {
    const redirect = (): Response => new Response(null, { status: 303, headers: { location: "https://x/login.html" } });
    expect((await failure(ask(redirect))).message).toContain("redirects to https://x instead of answering");
  });

  test("an account console is not asked", async () => {
    const me = await ask(() => Response.error(), "https://accounts.cloud.databricks.com");
    expect(me.user).toBeUndefined();
  });
});
