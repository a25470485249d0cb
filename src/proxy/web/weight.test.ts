// What a proxy loads of the web tools before a request needs them: a few files, and no package.
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Every file and package that `entry` loads at once. */
function loadedBy(entry: string): string[] {
  const loaded = new Set<string>();
  const queue = [join(import.meta.dir, entry)];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    const text = readFileSync(path, "utf8");
    for (const [, specifier = ""] of text.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from\s"([^"]+)"/gm)) {
      if (specifier.startsWith(".")) queue.push(join(dirname(path), specifier));
      else loaded.add(specifier);
    }
  }
  return [...loaded].map((path) => (path.startsWith(import.meta.dir) ? relative(import.meta.dir, path) : path));
}

test("the filter loads nothing but itself", () => {
  expect(loadedBy("filter.ts")).toEqual(["filter.ts"]);
});

test("what reads documents is loaded for a document alone", () => {
  const heavy = /readability|linkedom|turndown|unpdf|read-html|read-pdf/;
  expect(loadedBy("handle.ts").filter((path) => heavy.test(path))).toEqual([]);
  expect(loadedBy("fetch/document-child.ts").filter((path) => heavy.test(path))).toEqual([]);
  expect(loadedBy("fetch/read-html.ts")).toContain("linkedom");
});
