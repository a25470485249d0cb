// A kernel with files that spark reads, for tests.
import { afterAll, beforeAll, setDefaultTimeout } from "bun:test";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createTestKernel, type TestKernel } from "./testing.ts";

/** There between the tests of a file that calls `useKernel`. */
export let kernel: TestKernel;
let count = 0;
/** Puts files in a folder of DBFS that is new, and gives its path. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  count += 1;
  for (const [name, text] of Object.entries(files)) {
    const path = join(kernel.world.folder, "files", "dbfs", `t${count}`, name);
    await mkdir(dirname(path), { recursive: true });
    await Bun.write(path, text);
  }
  return `dbfs:/t${count}`;
}

/** The types and rows that a reader gives; `D` in the expression is a folder with one file `a`. */
export async function shown(text: string, expression: string): Promise<readonly string[]> {
  const folder = await folderWith({ a: text });
  const lines = await kernel.text(`D = '${folder}'\nshow(spark.read.${expression})`);
  return lines.trimEnd().split("\n");
}

/** Has a kernel for the tests of the file. */
export function useKernel(): void {
  // Real processes on a machine that may be busy.
  setDefaultTimeout(60_000);
  beforeAll(async () => {
    kernel = await createTestKernel();
    await kernel.run("create volume main.default.vol", "sql");
    await kernel.text(
      "def show(df):\n    print(' '.join(n + ':' + k for n, k in df.dtypes))\n    for row in df.collect(): print(tuple(row))",
    );
  });

  afterAll(() => kernel[Symbol.asyncDispose]());
}
