// What signing in loads before it does anything: the OAuth and JWT libraries come only when a token must be fetched.
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Every file and package that starting at `entry` loads at once. */
function loadedBy(entry: string): Set<string> {
  const loaded = new Set<string>();
  const queue = [join(import.meta.dir, entry)];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    const text = readFileSync(path, "utf8");
    for (const [, specifier = ""] of text.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from\s"([^"]+)";/gm)) {
      if (specifier.startsWith(".")) queue.push(join(dirname(path), specifier));
      else loaded.add(specifier);
    }
  }
  return loaded;
}

const heavy = ["oauth4webapi", "jose", "zod", "yaml", "consola", "ofetch"];

describe("the weight of signing in", () => {
  test.each([
    "credentials.ts",
    "load.ts",
    "open.ts",
    "strategies/pat.ts",
    "strategies/databricks-cli.ts",
    "strategies/oauth-m2m.ts",
    "strategies/google-credentials.ts",
    "../commands/auth/table.ts",
    "../commands/auth/token.ts",
  ])("%s", (entry) => {
    const loaded = loadedBy(entry);
    expect(heavy.filter((name) => loaded.has(name))).toEqual([]);
  });

  test("the walk finds what is imported", () => {
    expect(loadedBy("grants.ts").has("oauth4webapi")).toBe(true);
  });
});
