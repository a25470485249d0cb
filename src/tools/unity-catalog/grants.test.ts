// Grants: the exact change, what follows from it, and what stays in spite of it.
import { expect, test } from "bun:test";
import { bench, rowsOf, type Routes } from "../testing.ts";

const base = "/api/2.1/unity-catalog";
const path = `${base}/permissions/table/c.s.t`;
const assignments = [
  { principal: "Ada@x.com", privileges: ["SELECT"] },
  { principal: "team", privileges: ["SELECT", "MODIFY"] },
];
const held: Routes = {
  [`GET ${path}`]: () => ({ privilege_assignments: assignments }),
  [`PATCH ${path}`]: () => ({ privilege_assignments: [{ principal: "ada@x.com", privileges: ["MODIFY", "SELECT"] }] }),
  [`GET ${base}/effective-permissions/table/c.s.t`]: () => ({
    privilege_assignments: [
      {
        principal: "ada@x.com",
        privileges: [
          { privilege: "SELECT", inherited_from_type: "SCHEMA", inherited_from_name: "c.s" },
          { privilege: "SELECT" },
          { privilege: "USE_CATALOG", inherited_from_type: "CATALOG", inherited_from_name: "c" },
        ],
      },
    ],
  }),
};
const wish = { securable_type: "TABLE", full_name: "c.s.t", principal: "ada@x.com" };

test("are listed by principal, with where they come from", async () => {
  await using it = bench(held);
  expect(rowsOf(await it.call("get_grants", { securable_type: "table", full_name: "c.s.t" }))).toEqual([
    { principal: "Ada@x.com", privilege: "SELECT" },
    { principal: "team", privilege: "SELECT" },
    { principal: "team", privilege: "MODIFY" },
  ]);
  const effective = await it.call("get_grants", { ...wish, effective: true });
  expect(rowsOf(effective)[0]).toEqual({ principal: "ada@x.com", privilege: "SELECT", from: "schema c.s" });
});

test("a dry run says what would be added and what would then be held, and sends nothing", async () => {
  await using it = bench(held);
  const asked = { ...wish, privileges: ["select", "modify", "USE SCHEMA"], dry_run: true };
  const { data } = await it.call("grant_privileges", asked);
  expect(data).toMatchObject({
    columns: ["principal", "added", "removed", "after"],
    rows: [["ada@x.com", "MODIFY, USE_SCHEMA", "", "SELECT, MODIFY, USE_SCHEMA".split(", ").toSorted().join(", ")]],
    dry_run: true,
  });
  const revoked = await it.call("revoke_privileges", { ...wish, privileges: ["SELECT"], dry_run: true });
  expect(rowsOf(revoked)).toEqual([{ principal: "ada@x.com", added: "", removed: "SELECT", after: "" }]);
  expect(revoked.data["hint"]).toContain("SELECT from the schema c.s");
  expect(it.server.received.every(({ method }) => method === "GET")).toBe(true);
});

test("only what is missing is granted, and only what is there is revoked", async () => {
  await using it = bench(held);
  const granted = await it.call("grant_privileges", { ...wish, privileges: ["SELECT", "MODIFY"] });
  expect(it.sent(`PATCH ${path}`)).toEqual([{ changes: [{ principal: "ada@x.com", add: ["MODIFY"] }] }]);
  expect(rowsOf(granted)).toEqual([{ principal: "ada@x.com", added: "MODIFY", removed: "", after: "MODIFY, SELECT" }]);
  const again = await it.call("grant_privileges", { ...wish, privileges: ["SELECT"] });
  expect(again.data).toMatchObject({ rows: [], hint: expect.stringContaining("already") });
  const none = await it.call("revoke_privileges", { ...wish, privileges: ["MANAGE"] });
  expect(none.data["hint"]).toContain("It holds none of them");
  expect(it.sent(`PATCH ${path}`)).toHaveLength(1);
});

test("a share keeps its grants at a place of its own", async () => {
  const shares = `${base}/shares/sales/permissions`;
  let now: readonly string[] = [];
  await using it = bench({
    [`GET ${shares}`]: () => ({ privilege_assignments: [{ principal: "partner", privileges: now }] }),
    [`PATCH ${shares}`]: () => {
      now = ["SELECT"];
      return {};
    },
  });
  const asked = { securable_type: "share", full_name: "sales", principal: "partner", privileges: ["SELECT"] };
  expect(rowsOf(await it.call("grant_privileges", asked))).toEqual([
    { principal: "partner", added: "SELECT", removed: "", after: "SELECT" },
  ]);
  expect(rowsOf(await it.call("revoke_privileges", { ...asked, dry_run: true }))).toEqual([
    { principal: "partner", added: "", removed: "SELECT", after: "" },
  ]);
});

test("what is no privilege and no name is refused before anything is sent", async () => {
  await using it = bench(held);
  expect((await it.failure("grant_privileges", { ...wish, privileges: ["SELECT; DROP"] })).code).toBe("invalid_input");
  expect((await it.failure("grant_privileges", { ...wish, full_name: "t", privileges: ["SELECT"] })).code).toBe(
    "invalid_input",
  );
  expect((await it.failure("grant_privileges", { ...wish, privileges: [] })).code).toBe("invalid_input");
  expect(it.server.received).toHaveLength(0);
});
