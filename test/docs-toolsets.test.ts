// The table of toolsets in docs/mcp.md: every toolset, and how many tools each has.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { catalog } from "../src/tools/catalog.ts";
import { selectTools } from "../src/tools/selection.ts";
import { toolsetNames } from "../src/tools/toolset-names.ts";

const house = join(import.meta.dir, "..");

test("docs/mcp.md counts the tools of each toolset as they are", async () => {
  const text = await Bun.file(join(house, "docs", "mcp.md")).text();
  const told = [...text.matchAll(/^\| `(\w+)` \| [^|]+ \| ([\d of]+) \| [\d, of]+ \|$/gm)].map(([, name, count]) => [
    name,
    count,
  ]);
  const counted = toolsetNames.map((name) => {
    const tools = catalog.filter(({ toolset }) => toolset === name);
    const usual = tools.filter(({ byDefault }) => byDefault).length;
    return [name, usual === 0 || usual === tools.length ? `${tools.length}` : `${usual} of ${tools.length}`];
  });
  expect(told).toEqual(counted);
  expect(text).toContain(`by default: ${selectTools().entries.length} tools`);
});

test("README.md names every toolset", async () => {
  const text = await Bun.file(join(house, "README.md")).text();
  expect(toolsetNames.filter((name) => !text.includes(`\`${name}\``) && !text.includes(`| ${name} `))).toEqual([]);
});
