import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestKernel, kernelFolder, type TestKernel } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

/** Puts a package of the test's own where %pip would put it. */
async function install(kernel: TestKernel, files: Record<string, string>): Promise<void> {
  const home = await kernelFolder(kernel);
  for (const [name, source] of Object.entries(files)) {
    const path = join(home, "packages", name);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, source);
  }
}

test("display of records: types are Spark's, values lose nothing, mixed columns become text", async () => {
  await using kernel = await createTestKernel();
  const { outputs, error } = await kernel.run(
    [
      "import datetime, decimal, collections",
      "P = collections.namedtuple('P', 'a b')",
      "display([{'i': 2 ** 60, 'f': 1.5, 's': 'x', 'd': datetime.date(2024, 1, 2), 'm': decimal.Decimal('1.10'), 'x': 1},",
      "         {'i': 3, 'f': float('nan'), 'b': True, 'l': [1, 2], 'x': 'mixed', 'k': {'q': 1}}])",
      "display([P(1, None), P(2, b'\\x01')])",
    ].join("\n"),
  );
  expect(error).toBeUndefined();
  expect(outputs).toMatchObject([
    {
      columns: [
        { name: "i", type: "bigint" },
        { name: "f", type: "double" },
        { name: "s", type: "string" },
        { name: "d", type: "date" },
        { name: "m", type: "decimal(38,18)" },
        { name: "x", type: "string" },
        { name: "b", type: "boolean" },
        { name: "l", type: "array<bigint>" },
        { name: "k", type: "map<string,bigint>" },
      ],
      rows: [
        ["1152921504606846976", 1.5, "x", "2024-01-02", "1.10", "1", null, null, null],
        [3, "NaN", null, null, null, "mixed", true, [1, 2], { q: 1 }],
      ],
    },
    {
      columns: [
        { name: "a", type: "bigint" },
        { name: "b", type: "binary" },
      ],
      rows: [
        [1, null],
        [2, "AQ=="],
      ],
    },
  ]);
});

test("display of text, of plain values, of what draws itself, and of too many rows", async () => {
  await using kernel = await createTestKernel();
  const { outputs } = await kernel.run(
    [
      "class Html:\n    def _repr_html_(self): return '<i>me</i>'",
      "class Png:\n    def _repr_png_(self): return b'png'",
      "display('words', [1, 2])",
      "display(Html())",
      "display(Png())",
      "display([{'n': n} for n in range(10_001)])",
      "Html()",
    ].join("\n"),
  );
  expect(outputs.map((output) => (output.type === "table" ? [output.rows.length, output.truncated] : output))).toEqual([
    { type: "text", text: "words\n[1, 2]\n" },
    { type: "html", html: "<i>me</i>" },
    { type: "image", mime: "image/png", base64: "cG5n" },
    [10_000, true],
    { type: "html", html: "<i>me</i>" },
  ]);
});

test("a figure of matplotlib is shown once: by plt.show, by display, or at the end of its cell", async () => {
  await using kernel = await createTestKernel();
  await install(kernel, {
    "matplotlib/__init__.py": "",
    "matplotlib/figure.py":
      "class Figure:\n    def __init__(self, name): self.name = name\n    def savefig(self, out, **options): out.write(self.name.encode())\n",
    "matplotlib/pyplot.py": [
      "from matplotlib.figure import Figure",
      "figures = {}",
      "def figure(number):",
      "    return figures.setdefault(number, Figure('figure %d' % number))",
      "def get_fignums(): return sorted(figures)",
      "def close(one):",
      "    for number, known in list(figures.items()):",
      "        if known is one: del figures[number]",
      "def show(): raise RuntimeError('no screen')",
    ].join("\n"),
  });
  const { outputs, error } = await kernel.run(
    "import matplotlib.pyplot as plt\nplt.figure(1)\nplt.show()\nprint('between')\ndisplay(plt.figure(2))\nplt.figure(3)\nNone",
  );
  expect(error).toBeUndefined();
  expect(outputs.map((output) => (output.type === "image" ? atob(output.base64) : output))).toEqual([
    "figure 1",
    { type: "text", text: "between\n" },
    "figure 2",
    "figure 3",
  ]);
  expect((await kernel.run("1")).outputs).toEqual([{ type: "text", text: "1\n" }]);
});

test("%pip goes to pip with a target of the notebook's own, fails the cell, and refuses what would leave it", async () => {
  await using kernel = await createTestKernel();
  const failed = await kernel.run("%pip install ./no-such-folder");
  expect(failed.state).toBe("error");
  expect(failed.error?.summary).toStartWith("PipError: pip ended with exit code ");
  const text = failed.outputs.map((output) => (output.type === "text" ? output.text : "")).join("");
  expect(text).toContain("--target");
  expect(text).toContain("no-such-folder");
  expect(await kernel.failure("%pip uninstall x")).toContain("%pip uninstall is not supported");
  expect(await kernel.failure("%pip install --target=/tmp x")).toContain("--target=/tmp is not supported");
}, 30_000);

test("%pip installs a package from the disk, and the rest of its cell runs after it", async () => {
  await using kernel = await createTestKernel();
  await kernel.run(
    [
      "import os",
      "os.makedirs('demo')",
      "open('demo/pyproject.toml', 'w').write('[build-system]\\nrequires = []\\nbuild-backend = \"backend\"\\nbackend-path = [\".\"]\\n')",
      "open('demo/backend.py', 'w').write('''",
      "import zipfile, os",
      "def build_wheel(folder, config_settings=None, metadata_directory=None):",
      "    name = 'mortar_demo-1.0-py3-none-any.whl'",
      "    with zipfile.ZipFile(os.path.join(folder, name), 'w') as z:",
      "        z.writestr('mortar_demo.py', 'answer = 42')",
      "        z.writestr('mortar_demo-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\\\nName: mortar-demo\\\\nVersion: 1.0\\\\n')",
      "        z.writestr('mortar_demo-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\\\nGenerator: test\\\\nRoot-Is-Purelib: true\\\\nTag: py3-none-any\\\\n')",
      "        z.writestr('mortar_demo-1.0.dist-info/RECORD', '')",
      "    return name",
      "''')",
    ].join("\n"),
  );
  const result = await kernel.run("%pip install --no-index ./demo\nimport mortar_demo\nmortar_demo.answer");
  expect(result.error?.trace).toBeUndefined();
  expect(result.outputs.map((output) => (output.type === "text" ? output.text : "")).join("")).toEndWith("42\n");
  expect(await kernel.text("import mortar_demo; mortar_demo.__file__")).toContain(kernel.world.folder);
}, 60_000);
