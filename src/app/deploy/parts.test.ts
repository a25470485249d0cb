// Splitting, and the start script in this machine's own Python: joined, checked, reused, refused.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { partBytes, splitProgram, type PartList } from "./parts.ts";
import { startScript } from "./start-script.ts";

const never = new AbortController().signal;
const python = Bun.which("python3");
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "mortar-parts-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

let count = 0;
/** A program that prints its words, in parts of `bytes`, in a folder as it lies on Databricks Apps. */
async function laid(text: string, bytes: number): Promise<{ readonly folder: string; readonly list: PartList }> {
  const folder = join(scratch, String(count++));
  const onPart = async ({ file, content }: { file: string; content: Uint8Array }) => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  };
  const list = await splitProgram(new Blob([text]), { signal: never, bytes, onPart });
  const { sha256, sizeBytes, parts } = list;
  await writeFile(join(folder, "parts.json"), JSON.stringify({ sha256, size: sizeBytes, parts }));
  await writeFile(join(folder, "start.py"), startScript);
  return { folder, list };
}

async function started(folder: string, temporary = join(folder, "tmp")) {
  await mkdir(temporary, { recursive: true });
  const child = Bun.spawn([python ?? "python3", "start.py", "app", "serve", "two words"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: temporary, HOME: process.env["HOME"] ?? "" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

const program = `#!/bin/sh
echo "program: $1 $2 $3"
echo "home: $MORTAR_HOME"
echo "path: $PATH"
exit 7
# ${"padding ".repeat(200)}
`;

describe("splitting", () => {
  test("gives parts by their content, the same ones every time, each small enough for an app", async () => {
    const content = new Uint8Array(3_000_000);
    crypto.getRandomValues(content.subarray(0, 60_000));
    const seen: number[] = [];
    const onPart = (_part: unknown, done: number) => void seen.push(done);
    const split = () => splitProgram(new Blob([content]), { signal: never, bytes: 1_000_000, onPart });
    const [first, again] = [await split(), await split()];
    expect(again).toEqual(first);
    expect(first.parts).toHaveLength(3);
    // The second and the third are both nothing but zeros.
    expect(new Set(first.parts.map(({ file }) => file)).size).toBe(2);
    expect(seen.slice(0, 3)).toEqual([1_000_000, 2_000_000, 3_000_000]);
    expect(first.sha256).toBe(new Bun.CryptoHasher("sha256").update(content).digest("hex"));
  });

  test("what does not compress still fits, also as base64", async () => {
    const content = new Uint8Array(partBytes);
    for (let at = 0; at < content.length; at += 65_536) crypto.getRandomValues(content.subarray(at, at + 65_536));
    const { parts } = await splitProgram(new Blob([content]), { signal: never, onPart: () => undefined });
    expect(parts).toHaveLength(1);
    expect(Math.ceil((parts[0]?.sizeBytes ?? 0) / 3) * 4).toBeLessThan(10_000_000);
  });

  test("ends when it is interrupted", async () => {
    const stop = new AbortController();
    const split = splitProgram(new Blob(["x".repeat(1_000)]), {
      signal: stop.signal,
      bytes: 100,
      onPart: () => stop.abort(new DOMException("Interrupted", "AbortError")),
    });
    await expect(split).rejects.toThrow("Interrupted");
  });
});

describe.skipIf(python === null || process.platform === "win32")("the start script", () => {
  test("joins the parts, becomes the program with its words, and finds npm's programs", async () => {
    const { folder, list } = await laid(program, 300);
    const { stdout, stderr, exitCode } = await started(folder);
    expect([exitCode, stderr]).toEqual([
      7,
      `mortar start: joined ${list.parts.length} parts, ${program.length} bytes\n`,
    ]);
    expect(list.parts.length).toBeGreaterThan(4);
    expect(stdout).toContain("program: app serve two words\n");
    expect(stdout).toContain(`home: ${join(folder, ".mortar", "home")}\n`);
    expect(stdout).toContain(`path: ${join(folder, "node_modules", ".bin")}:`);
  });

  test("uses what is there already, joins it anew where it is not whole, and keeps no older one", async () => {
    const { folder, list } = await laid(program, 300);
    await mkdir(join(folder, ".mortar", "program-0123456789abcdef"), { recursive: true });
    await started(folder);
    const place = join(folder, ".mortar", `program-${list.sha256.slice(0, 16)}`);
    expect(await readdir(join(folder, ".mortar"))).toEqual([`program-${list.sha256.slice(0, 16)}`]);
    expect((await started(folder)).stderr).toBe("mortar start: the program is there already\n");
    await writeFile(join(place, "mortar"), "half");
    expect((await started(folder)).exitCode).toBe(7);
    expect(await readdir(place)).toEqual(["mortar"]);
  });

  test.each<[string, (folder: string, list: PartList) => Promise<unknown>, string]>([
    [
      "a damaged part",
      (folder, list) => writeFile(join(folder, list.parts[1]?.file ?? ""), "other"),
      "part 2 of 6 (parts/",
    ],
    ["a missing part", (folder, list) => rm(join(folder, list.parts[2]?.file ?? "")), "is missing: No such file"],
    ["no list", (folder) => rm(join(folder, "parts.json")), "parts.json cannot be read"],
    ["a list that is none", (folder) => writeFile(join(folder, "parts.json"), "[]"), "parts.json cannot be read"],
    [
      "a list of another program",
      (folder, { parts }) =>
        writeFile(join(folder, "parts.json"), JSON.stringify({ sha256: "0".repeat(64), size: program.length, parts })),
      "is not the one that parts.json names",
    ],
  ])("says what is wrong: %s", async (_name, harm, words) => {
    const { folder, list } = await laid(program, 300);
    await harm(folder, list);
    const { stdout, stderr, exitCode } = await started(folder);
    expect([exitCode, stdout]).toEqual([70, ""]);
    expect(stderr).toStartWith("mortar start: ");
    expect(stderr).toContain(words);
    expect(stderr).toContain("mortar app deploy NAME --upload-all");
    expect(stderr).not.toContain("Traceback");
    const left = await readdir(folder, { recursive: true });
    expect(left.filter((name) => name.endsWith("mortar") && !name.startsWith("."))).toEqual([]);
  });

  test("goes elsewhere where its own folder cannot be written", async () => {
    const { folder } = await laid(program, 300);
    // A file in the place of the folder: that holds for root, too.
    await writeFile(join(folder, ".mortar"), "");
    const temporary = join(scratch, "elsewhere");
    const { stdout, exitCode } = await started(folder, temporary);
    expect(exitCode).toBe(7);
    expect(stdout).toContain(`home: ${join(temporary, "mortar-app", "home")}\n`);
    expect((await stat(join(temporary, "mortar-app"))).isDirectory()).toBe(true);
  });

  test("says why it can be started nowhere", async () => {
    const { folder } = await laid("\u007fELF is all that there is of it", 300);
    await chmod(folder, 0o755);
    const { stderr, exitCode } = await started(folder);
    expect([exitCode, stderr]).toEqual([70, expect.stringContaining("cannot be unpacked and started anywhere")]);
    expect(stderr).toContain("Exec format error");
  });
});
