import { expect, test } from "bun:test";
import { failureOf, inTurn, refusal, serve, workspaceAt } from "./testing.ts";

const me = {
  id: "8",
  userName: "me@example.com",
  displayName: "Me",
  emails: [{ value: "me@example.com", primary: true }, {}],
  groups: [{ display: "admins", value: "1" }],
};

test("me says who, in which groups and in which workspace", async () => {
  await using server = serve(() => Response.json(me, { headers: { "X-Databricks-Org-Id": "7474656" } }));
  expect(await workspaceAt(server.host).identity.me()).toEqual({
    id: "8",
    userName: "me@example.com",
    displayName: "Me",
    active: true,
    emails: ["me@example.com"],
    groups: ["admins"],
    workspaceId: "7474656",
  });
  expect(server.received[0]?.path).toBe("/api/2.0/preview/scim/v2/Me");
});

test("the user name is asked for once, and after a failure again", async () => {
  await using server = serve(
    inTurn(
      () => refusal(403, "PERMISSION_DENIED", "No"),
      () => me,
    ),
  );
  const { identity } = workspaceAt(server.host);
  expect((await failureOf(identity.userName())).code).toBe("permission_denied");
  expect(await identity.userName()).toBe("me@example.com");
  expect(await identity.userName()).toBe("me@example.com");
  expect(server.received.length).toBe(2);
});

test("SCIM's own errors are read", async () => {
  const body = { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], detail: "Unknown", status: "404" };
  await using server = serve(() => Response.json(body, { status: 404 }));
  const error = await failureOf(workspaceAt(server.host).identity.me());
  expect(error).toMatchObject({ code: "not_found", workspaceCode: "SCIM_404", message: "Unknown" });
});

test("a page that is no identity is told as such", async () => {
  await using server = serve(() => new Response("<html><title>Sign in</title>"));
  expect((await failureOf(workspaceAt(server.host).identity.me())).code).toBe("bad_response");
});
