// What `--database` may say, and that no refusal repeats a password.
import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { resolvePaths } from "../../platform/paths.ts";
import { Secret } from "../../platform/secret.ts";
import { parseTarget } from "./target.ts";

const deps = { cwd: "/work", env: {}, paths: resolvePaths({ HOME: "/home/ann" }, "linux") };
const posix = process.platform !== "win32";

describe("parseTarget", () => {
  test.skipIf(!posix).each([
    ["app.db", "/work/app.db"],
    ["/data/app.db", "/data/app.db"],
    ["~/app.db", "/home/ann/app.db"],
    ["sqlite:app.db", "/work/app.db"],
    ["sqlite:///data/app.db", "/data/app.db"],
    ["file:/data/app.db", "/data/app.db"],
    [" a b/ü.db ", "/work/a b/ü.db"],
  ])("%s is a file", (written, file) => {
    expect(parseTarget(deps, written)).toEqual({ kind: "sqlite", file });
  });

  const server = {
    kind: "postgres",
    host: "h",
    port: 5432,
    database: "d",
    user: "u",
    tls: "prefer",
    channelBinding: "prefer",
  } as const;
  test.each([
    ["postgres://u@h/d", {}],
    ["postgresql+psycopg://u@h:6000/d", { port: 6000 }],
    ["POSTGRES://u@h/d?sslmode=verify-full", { tls: "verify-full" }],
    ["postgres://u%40x@h", { user: "u@x", database: "u@x" }],
    ["postgres://h", { user: "postgres", database: "postgres" }],
    ["postgres://u@%2Fvar%2Frun/d", { host: "/var/run" }],
    ["postgres:///d?host=/var/run&user=u", { host: "/var/run" }],
    ["postgres://u@[::1]/d", { host: "::1" }],
    ["postgres://u@h/d?sslrootcert=ca.pem&sslmode=require", { tls: { caFile: resolve("/work/ca.pem") } }],
    ["postgres://u@h/d?sslrootcert=system", { tls: "verify-full" }],
    ["postgres://u@h/d?sslmode=require&channel_binding=require", { tls: "require", channelBinding: "require" }],
    ["postgres://u@h/d?application_name=x&connect_timeout=10", {}],
    ["postgres://u@x.database.cloud.databricks.com/d", { host: "x.database.cloud.databricks.com", tls: "verify-full" }],
    ["postgres://u@x.azuredatabricks.net/d", { host: "x.azuredatabricks.net", tls: "verify-full" }],
    ["postgres://u@databricks.com.evil.example/d", { host: "databricks.com.evil.example" }],
  ])("%s is a server", (written, more) => {
    expect<unknown>(parseTarget(deps, written)).toEqual({ ...server, password: undefined, ...more });
  });

  test("a password is a secret, of the address or of the environment", () => {
    const of = (written: string, env: Record<string, string> = {}): string | undefined => {
      const target = parseTarget({ ...deps, env }, written);
      if (target.kind !== "postgres") throw new Error("It is no server");
      expect(JSON.stringify(target)).not.toContain("hidden");
      return target.password instanceof Secret ? target.password.reveal() : undefined;
    };
    expect(of("postgres://u:hidden%40%2F@h/d")).toBe("hidden@/");
    expect(of("postgres://u@h/d", { PGPASSWORD: "hidden" })).toBe("hidden");
    expect(of("postgres://u:hidden@h/d", { PGPASSWORD: "other" })).toBe("hidden");
  });

  const lakebase = { kind: "lakebase", database: "databricks_postgres", port: 5432, tls: "verify-full" } as const;
  const endpoint = "projects/shop/branches/main/endpoints/primary";
  test.each([
    ["lakebase:shop", { place: { instance: "shop" } }],
    ["lakebase:shop/app", { place: { instance: "shop" }, database: "app" }],
    [`lakebase:${endpoint}`, { place: { endpoint } }],
    [`lakebase:${endpoint}/app?sslmode=require`, { place: { endpoint }, database: "app", tls: "require" }],
    ["lakebase:shop?host=h&user=ann%40x&port=1", { place: { instance: "shop" }, host: "h", user: "ann@x", port: 1 }],
  ])("%s is in Lakebase", (written, more) => {
    expect<unknown>(parseTarget(deps, written)).toEqual({ host: undefined, user: undefined, ...lakebase, ...more });
  });

  test.each([
    "",
    "  ",
    "mysql://u:hidden@h/d",
    "http://h",
    "postgres://",
    "postgres://u:hidden@h:port/d",
    "postgres://u:hid/den@h@@/d?port=99999",
    "postgres://u:hidden@h:0/d",
    "postgres://u:hidden%zz@h/d",
    "postgres://u:hidden@h/d?sslmode=off",
    "postgres://u@h/d?password=hidden",
    "postgres://u@h/d?options=-csearch_path%3Dhidden",
    "postgres://u@h/d?channel_binding=hidden",
    "lakebase:shop?password=hidden",
    "lakebase:",
    "lakebase:..",
    "lakebase:a b",
    "lakebase:shop/app/more",
    "lakebase:projects/shop/branches/main",
    "lakebase:projects/shop/branches/../endpoints/x",
    "lakebase:shop?sslmode=disable",
    "lakebase:shop?sslmode=prefer",
    "lakebase:shop?port=x",
  ])("%j is refused with what to write", (written) => {
    const attempt = (): unknown => parseTarget(deps, written);
    expect(attempt).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        message: expect.not.stringContaining("hidden"),
        hint: expect.stringContaining("lakebase:INSTANCE"),
      }),
    );
  });
});
