// No path, link or race leads from a project's files to anything else.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as fc from "fast-check";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import type { FileText } from "../contract/api.ts";
import type { ProjectFiles } from "./projects.ts";
import { codeOf, openHouse, type House, type Machine } from "./testing-projects.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

// Each write waits until the disk has it, and the disk of a busy machine is slow.
setDefaultTimeout(60_000);

let house: House;
let machine: Machine;
let files: ProjectFiles;
let outside: string;

beforeAll(async () => {
  house = await openHouse();
  machine = await house.machine({ freshMs: 60_000 });
  files = machine.projects.files;
  outside = await mkdtemp(join(tmpdir(), "mortar-outside-"));
  await writeFile(join(outside, "secret.txt"), "secret");
});

afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await rm(outside, { recursive: true, force: true });
});

async function fresh(): Promise<string> {
  const id = await house.newProject();
  await machine.projects.open(id);
  return id;
}

describe("nothing leads out of a project", () => {
  async function trapped(): Promise<string> {
    const id = await fresh();
    await symlink(outside, machine.path(id, "files/out"));
    await symlink(join(outside, "secret.txt"), machine.path(id, "files/secret"));
    await symlink("/", machine.path(id, "files/root"));
    await symlink("..", machine.path(id, "files/up"));
    await symlink("self", machine.path(id, "files/self"));
    await symlink("/proc/self/environ", machine.path(id, "files/environ"));
    return id;
  }

  const calls: Record<string, (id: string, path: string) => Promise<unknown>> = {
    read: (id, path) => files.read(id, path),
    open: (id, path) => files.open(id, path),
    list: (id, path) => files.list(id, { folder: path }),
    zip: (id, path) => files.zip(id, path),
    write: (id, path) => files.write(id, path, bytes("owned")),
    makeFolder: (id, path) => files.makeFolder(id, `${path}/made`),
    moveFrom: (id, path) => files.move(id, `${path}/x`, "taken"),
    moveTo: (id, path) => files.move(id, "CLAUDE.md", `${path}/x`),
    remove: (id, path) => files.remove(id, `${path}/x`),
    "the skills' viewer": (id, path) => machine.projects.skills.file(id, path),
  };

  test.each(Object.keys(calls))("by %s", async (name) => {
    const id = await trapped();
    const call = calls[name];
    if (call === undefined) throw new Error(name);
    const below = name === "read" || name === "open" ? "/secret.txt" : "";
    const paths = [
      "out",
      `out${below}`,
      "secret",
      "root",
      `root${below}`,
      "up",
      "up/up/x",
      "self",
      "environ",
      "root/proc/self/environ",
    ];
    for (const path of paths) expect(["invalid_input", "not_found"]).toContain(await codeOf(call(id, path)));
    for (const path of ["..", "../..", "/etc", "\\\\x\\y", "C:/x", "a\u0000"]) {
      expect(await codeOf(call(id, path))).toBe("invalid_input");
    }
    for (const bad of ["..", "../..", "", "x", "%2e%2e", "/etc"])
      expect(await codeOf(call(bad, "CLAUDE.md"))).toBe("not_found");
    expect(await readdir(outside)).toEqual(["secret.txt"]);
    expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret");
    expect(await machine.get(id, "files/CLAUDE.md")).toContain("# Project notes");
  });

  test("by a link that is deleted, or lies in a folder that is", async () => {
    const id = await fresh();
    await files.makeFolder(id, "a/b");
    await symlink(outside, machine.path(id, "files/a/out"));
    await symlink(outside, machine.path(id, "files/out"));
    await files.remove(id, "out");
    await files.remove(id, "a");
    expect((await files.list(id)).map(({ path }) => path)).toEqual(["CLAUDE.md"]);
    expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret");
  });

  test("by a link that is swapped in while files are read and written", async () => {
    const id = await fresh();
    await mkdir(machine.path(id, "files/real"));
    await writeFile(machine.path(id, "files/real/secret.txt"), "harmless");
    await symlink(outside, machine.path(id, "files/link"));
    const place = machine.path(id, "files/place");
    let swaps = 0;
    const done = new AbortController();
    const swapping = (async () => {
      while (!done.signal.aborted) {
        const next = swaps++ % 2 === 0 ? "real" : "link";
        // A write may have made a folder there in between.
        await rename(machine.path(id, `files/${next}`), place).catch(() => rm(place, { recursive: true }));
        await rename(place, machine.path(id, `files/${next}`)).catch(() => undefined);
      }
    })();
    for (let attempt = 0; attempt < 100; attempt++) {
      const read = await files.read(id, "place/secret.txt").catch((): FileText | undefined => undefined);
      expect(read?.content ?? "harmless").toBe("harmless");
      await files.write(id, "place/new.txt", bytes("x")).catch(() => undefined);
      await files.makeFolder(id, "place/made").catch(() => undefined);
      await files.move(id, "CLAUDE.md", "place/CLAUDE.md").catch(() => undefined);
      await files.move(id, "place/CLAUDE.md", "CLAUDE.md").catch(() => undefined);
      await files.remove(id, "place/new.txt").catch(() => undefined);
      const listed = await files.list(id, { folder: "place" }).catch(() => []);
      expect(listed.every(({ size }) => size !== "secret".length)).toBe(true);
    }
    done.abort();
    await swapping;
    expect(swaps).toBeGreaterThan(10);
    expect(await readdir(outside)).toEqual(["secret.txt"]);
  });

  test("by a download whose file becomes a link before it is read", async () => {
    const id = await fresh();
    await files.write(id, "a.txt", bytes("harmless"));
    const opened = await files.open(id, "a.txt");
    await rm(machine.path(id, "files/a.txt"));
    await symlink(join(outside, "secret.txt"), machine.path(id, "files/a.txt"));
    await expect(new Response(opened.file).text()).rejects.toThrow("links are not followed");
  });

  test("and no pipe holds a reader up", async () => {
    const id = await fresh();
    expect(Bun.spawnSync(["mkfifo", machine.path(id, "files/pipe")]).exitCode).toBe(0);
    expect(await codeOf(files.read(id, "pipe"))).toBe("invalid_input");
    expect((await files.list(id)).map(({ path }) => path)).toEqual(["CLAUDE.md"]);
  });

  test("whatever the path is made of", async () => {
    const id = await trapped();
    const before = await readdir(outside);
    const piece = fc.constantFrom(
      "..",
      ".",
      "",
      "out",
      "root",
      "up",
      "secret",
      "secret.txt",
      "tmp",
      "a",
      "\\",
      "C:",
      "nul",
      "~",
    );
    const path = fc.oneof(
      fc.array(piece, { maxLength: 6 }).map((all) => all.join("/")),
      fc.string({ unit: "binary", maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(path, async (text) => {
        const read = await files.read(id, text).catch((thrown: unknown) => thrown);
        if (read instanceof Error) expect(read).toBeInstanceOf(MortarError);
        else expect((read as FileText).content).not.toBe("secret");
        const code = await codeOf(files.write(id, text, bytes("x")));
        expect(["done", "invalid_input"]).toContain(code);
      }),
      { numRuns: 200 },
    );
    expect(await readdir(outside)).toEqual(before);
    expect((await readdir(machine.root)).every((name) => /^[0-9a-f-]{36}$/.test(name))).toBe(true);
    expect((await readdir(join(machine.root, id))).toSorted().filter((name) => name !== "unsent")).toEqual(
      ["files", "sessions", "skills.json", "sync.json", "waiting"].toSorted(),
    );
  });
});
