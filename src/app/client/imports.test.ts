// The page stands alone: of the program it knows the contract, and of packages those that are made for a browser.
import { expect, test } from "bun:test";
import { join, relative, resolve } from "node:path";

const packages = ["react", "react-dom", "streamdown", "recharts", "lucide-react", "fflate"];
const root = import.meta.dir;
const app = resolve(root, "..");

/** Where an import leads, seen from `src/app`; the name of a package for one that is none of ours. */
const targetOf = (file: string, name: string): string =>
  name.startsWith(".") ? relative(app, resolve(file, "..", name)) : (name.split("/")[0] ?? "");

const isAllowed = (target: string, isTest: boolean): boolean =>
  /^(?:client|contract)\//.test(target) ||
  packages.includes(target) ||
  (isTest && /^(?:bun:test|node:\w+)$/.test(target));

test("imports only the contract and the packages of a page", async () => {
  const files = await Array.fromAsync(new Bun.Glob("**/*.{ts,tsx}").scan(root));
  expect(files.length).toBeGreaterThan(100);
  const found: string[] = [];
  for (const file of files) {
    const path = join(root, file);
    const loader = file.endsWith("x") ? "tsx" : "ts";
    const isTest = /\.test\.tsx?$|(?:^|\/)testing-/.test(file);
    const imports = new Bun.Transpiler({ loader }).scanImports(await Bun.file(path).text());
    for (const { path: name } of imports) {
      const target = targetOf(path, name);
      if (!isAllowed(target, isTest)) found.push(`${file}: ${name}`);
    }
  }
  expect(found).toEqual([]);
});
