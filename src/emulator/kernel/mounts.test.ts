// /Volumes and /dbfs in plain Python: open, os, pathlib, shutil and glob meet the files of dbutils.fs.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createTestKernel, type TestKernel } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await createTestKernel();
  await kernel.run("create volume main.default.vol", "sql");
}, 30_000);
afterAll(() => kernel[Symbol.asyncDispose]());

const volume = "/Volumes/main/default/vol";

test("what Python writes dbutils reads, and the other way", async () => {
  expect(await kernel.text(`with open('${volume}/a.txt', 'w') as f: f.write('żółć'); print(f.name)`)).toBe(
    `${volume}/a.txt\n`,
  );
  expect(await kernel.text(`dbutils.fs.head('${volume}/a.txt')`)).toBe("'żółć'\n");
  await kernel.text("dbutils.fs.put('/in/b.txt', 'b')");
  expect(await kernel.text("open('/dbfs/in/b.txt', 'rb').read()")).toBe("b'b'\n");
  expect(await kernel.text("open('/dbfs//in/../in/b.txt').read()")).toBe("'b'\n");
  expect(await kernel.text("open('/dbfs/Volumes/main/default/vol/a.txt', encoding='utf-8').read()")).toBe("'żółć'\n");
});

test("os, pathlib, shutil and glob", async () => {
  const code = [
    "import os, shutil, pathlib, glob, tempfile",
    `root = pathlib.Path('${volume}')`,
    "os.makedirs(root / 'x' / 'y', exist_ok=True)",
    "(root / 'x' / 'y' / 'c.csv').write_text('1,2')",
    "print((root / 'x' / 'y' / 'c.csv').read_text(), os.path.getsize(f'{root}/x/y/c.csv'), (root / 'x').is_dir())",
    "shutil.copy2(f'{root}/x/y/c.csv', '/tmp/mounts-test.csv'); print(open('/tmp/mounts-test.csv').read()); os.remove('/tmp/mounts-test.csv')",
    "shutil.copytree(root / 'x', '/dbfs/copied'); print(sorted(os.listdir('/dbfs')))",
    "print([str(p) for p in sorted(root.rglob('*.csv'))], glob.glob(f'{root}/**/*.csv', recursive=True))",
    "print([(str(top), folders, files) for top, folders, files in os.walk(root / 'x')], [entry.path for entry in os.scandir(root / 'x')])",
    "os.rename(root / 'x' / 'y' / 'c.csv', root / 'd.csv'); shutil.rmtree('/dbfs/copied'); os.rmdir(root / 'x' / 'y')",
    "print(os.path.exists(root / 'x' / 'y'), os.path.exists('/dbfs/copied'), os.path.exists(root / 'd.csv'))",
  ].join("\n");
  const csv = `${volume}/x/y/c.csv`;
  expect((await kernel.text(code)).split("\n")).toEqual([
    "1,2 3 True",
    "1,2",
    "['copied', 'in']",
    `['${csv}'] ['${csv}']`,
    `[('${volume}/x', ['y'], []), ('${volume}/x/y', [], ['c.csv'])] ['${volume}/x/y']`,
    "False False True",
    "",
  ]);
});

test("above the volumes there are their names, and what is not there is a FileNotFoundError with its own path", async () => {
  expect(await kernel.text("import os\nos.listdir('/Volumes/main/default'), os.path.isdir('/Volumes/main')")).toBe(
    "(['vol'], True)\n",
  );
  expect(await kernel.failure(`open('${volume}/none.txt')`)).toBe(
    `FileNotFoundError: [Errno 2] No such file or directory: '${volume}/none.txt'`,
  );
  expect(await kernel.failure(`os.rename('${volume}/none', '${volume}/other')`)).toBe(
    `FileNotFoundError: [Errno 2] No such file or directory: '${volume}/none' -> '${volume}/other'`,
  );
  expect(await kernel.failure("open('/Volumes/main/default/other/x', 'w')")).toBe(
    "FileNotFoundError: [Errno 2] There is no volume main.default.other; CREATE VOLUME main.default.other makes it: '/Volumes/main/default/other/x'",
  );
  expect(await kernel.text("os.path.exists('/Volumes/none/x/y')")).toBe("False\n");
  expect(await kernel.failure(`open('${volume}/../../../../etc/passwd')`)).toStartWith("FileNotFoundError");
});

test("files of the workspace are out of reach, and the error says what is not", async () => {
  expect(await kernel.failure("open('/Workspace/Users/me/config.json')")).toBe(
    "FileNotFoundError: [Errno 2] Plain Python in the emulator reaches /Volumes and /dbfs, not the files of /Workspace (modules beside a notebook can be imported): '/Workspace/Users/me/config.json'",
  );
});

test("a forked process reaches what was used before it", async () => {
  const code = [
    "import multiprocessing, os",
    `open('${volume}/forked.txt', 'w').close()`,
    `def size(_): return os.path.getsize('${volume}/forked.txt')`,
    "with multiprocessing.get_context('fork').Pool(1) as pool: print(pool.map(size, [1]))",
  ].join("\n");
  expect(await kernel.text(code)).toEndWith("[0]\n");
});

test("other paths, descriptors and relative ones are untouched", async () => {
  const code = [
    "import os, pathlib",
    "open('plain.txt', 'w').write('1')",
    "d = os.open('plain.txt', os.O_RDONLY); print(os.fdopen(d).read(), os.stat('plain.txt').st_size, sorted(os.listdir()) == sorted(os.listdir('.')))",
    "print(pathlib.Path('plain.txt').read_text(), os.stat(path='plain.txt').st_size, os.open, [e.name for e in os.scandir() if e.name == 'plain.txt'])",
    "print(pathlib.Path(b'x'.decode()).exists(), os.path.exists(b'plain.txt'), os.path.exists('/dbfsx'), os.path.exists('/Volume'))",
  ].join("\n");
  expect((await kernel.text(code)).split("\n")).toEqual([
    "1 1 True",
    "1 1 <built-in function open> ['plain.txt']",
    "False True False False",
    "",
  ]);
});
