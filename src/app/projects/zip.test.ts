import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { unzipSync } from "fflate";
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLive } from "./live.ts";
import { openHouse, type Machine } from "./testing-projects.ts";
import { zipOfFolder } from "./zip.ts";

setDefaultTimeout(60_000);

interface Judged {
  readonly name: string;
  readonly size: number;
  readonly mode: string;
}

/** What another program makes of it. */
async function judged(archive: Uint8Array): Promise<Judged[]> {
  const folder = await mkdtemp(join(tmpdir(), "mortar-zip-"));
  try {
    await writeFile(join(folder, "a.zip"), archive);
    const script = `import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([{"name": i.filename, "size": i.file_size, "mode": oct(i.external_attr >> 16)} for i in z.infolist()]))`;
    const { stdout, stderr, exitCode } = Bun.spawnSync(["python3", "-c", script, join(folder, "a.zip")]);
    if (exitCode !== 0) throw new Error(stderr.toString());
    return JSON.parse(stdout.toString());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withProject(work: (machine: Machine, id: string) => Promise<void>): Promise<void> {
  await using house = await openHouse();
  const machine = await house.machine({ freshMs: 60_000 });
  const id = await house.newProject();
  await machine.projects.open(id);
  await work(machine, id);
}

async function zipped({ projects }: Machine, id: string, folder?: string): Promise<Uint8Array> {
  return new Response(await projects.files.zip(id, folder)).bytes();
}

describe("a project's zip", () => {
  test("is read by others: names in UTF-8, modes, empty files and folders, years that a zip does not know", () =>
    withProject(async (machine, id) => {
      await machine.put(id, "files/größe/雪 🧱.txt", "snow".repeat(1000));
      await machine.put(id, "files/größe/empty", "");
      await machine.put(id, "files/größe/run.sh", "#!/bin/sh\n");
      await chmod(machine.path(id, "files/größe/run.sh"), 0o755);
      await mkdir(machine.path(id, "files/größe/nothing"));
      await utimes(machine.path(id, "files/größe/run.sh"), 1, 1);
      await utimes(machine.path(id, "files/größe/empty"), 2 ** 33, 2 ** 33);
      const archive = await zipped(machine, id, "größe");
      expect(await judged(archive)).toEqual([
        { name: "empty", size: 0, mode: "0o100644" },
        { name: "nothing/", size: 0, mode: "0o40755" },
        { name: "run.sh", size: 10, mode: "0o100755" },
        { name: "雪 🧱.txt", size: 4000, mode: "0o100644" },
      ]);
      expect(archive.length).toBeLessThan(1500);
      expect((await judged(await zipped(machine, id))).map(({ name }) => name)).toContain("größe/雪 🧱.txt");
      expect(await judged(await zipped(machine, id, "größe/nothing"))).toEqual([]);
    }));

  test("has what is not hidden, and follows no link", () =>
    withProject(async (machine, id) => {
      await machine.put(id, "files/src/a.py", "print(1)\n");
      await machine.put(id, "files/node_modules/x.js", "1");
      await machine.put(id, "files/.env", "SECRET=1");
      const wide = crypto.getRandomValues(new Uint8Array(65_000));
      await machine.put(id, "files/src/wide.bin", Buffer.concat([wide, wide, wide, wide, wide, wide]));
      await symlink("/etc", machine.path(id, "files/etc"));
      await symlink("/etc/passwd", machine.path(id, "files/src/passwd"));
      const all = unzipSync(await zipped(machine, id));
      expect(Object.keys(all)).toEqual(["CLAUDE.md", "node_modules/", "src/a.py", "src/wide.bin"]);
      expect(all["src/wide.bin"]).toEqual(new Uint8Array(Buffer.concat([wide, wide, wide, wide, wide, wide])));
      const part = unzipSync(await zipped(machine, id, "src"));
      expect(Object.keys(part)).toEqual(["a.py", "wide.bin"]);
      expect(new TextDecoder().decode(part["a.py"])).toBe("print(1)\n");
    }));

  test("goes on where a file vanishes meanwhile, and fails where it became a link", () =>
    withProject(async (machine, id) => {
      await machine.put(id, "files/gone.txt", "x");
      await machine.put(id, "files/stays.txt", "y");
      const stream = await machine.projects.files.zip(id);
      await rm(machine.path(id, "files/gone.txt"));
      const all = unzipSync(await new Response(stream).bytes());
      expect(new TextDecoder().decode(all["stays.txt"])).toBe("y");
      const broken = await machine.projects.files.zip(id);
      await rm(machine.path(id, "files/stays.txt"));
      await symlink("/etc/passwd", machine.path(id, "files/stays.txt"));
      await expect(new Response(broken).bytes()).rejects.toThrow("links are not followed");
    }));

  test("is told to be too large before it begins: by its files, and by their bytes", () =>
    withProject(async (machine, id) => {
      for (const name of ["a", "b", "c"]) await machine.put(id, `files/${name}`, name);
      const os = process.platform === "darwin" || process.platform === "win32" ? process.platform : "linux";
      const ignore = (): void => undefined;
      const log = { level: "normal" as const, warn: ignore, info: ignore, debug: ignore };
      const live = createLive(machine.root, id, { os, log, clock: { now: () => 0, sleep: async () => undefined } });
      const code = expect.objectContaining({ code: "too_large" });
      await expect(zipOfFolder(live, ["files"], 3)).rejects.toThrow(code);
      await new Response(await zipOfFolder(live, ["files"], 4)).bytes();
      await machine.put(id, "files/wide", "");
      await truncate(machine.path(id, "files/wide"), 5 * 1024 ** 3);
      await expect(machine.projects.files.zip(id)).rejects.toThrow(code);
    }));

  test("reads no more than is asked for, and ends when it is left", () =>
    withProject(async (machine, id) => {
      await machine.put(id, "files/wide", "");
      await truncate(machine.path(id, "files/wide"), 3 * 1024 ** 3);
      const before = process.memoryUsage.rss();
      const reader = (await machine.projects.files.zip(id)).getReader();
      for (let count = 0; count < 10; count++) expect((await reader.read()).done).toBe(false);
      await reader.cancel();
      expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 ** 2);
    }));
});
