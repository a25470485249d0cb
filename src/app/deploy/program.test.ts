// Which program goes up, and what is refused: other machines' programs, and those that are linked with musl.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fetch } from "../../platform/deps.ts";
import { silentLogger } from "../../platform/log.ts";
import { programFor, type ProgramWish } from "./program.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "mortar-program-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

function elf(machine: number, interpreter: string): Buffer {
  const head = Buffer.alloc(4_096);
  head.write("\x7fELF", 0, "latin1");
  head[4] = 2;
  head.writeUInt16LE(machine, 18);
  head.write(interpreter, 600, "latin1");
  return head;
}

const linux = elf(0x3e, "/lib64/ld-linux-x86-64.so.2");
const never = new AbortController().signal;
const nothing: Fetch = () => Promise.reject(new Error("nothing is to be fetched"));
const wishOf = (more: Partial<ProgramWish> = {}): ProgramWish => ({
  binary: undefined,
  running: undefined,
  feed: undefined,
  repository: undefined,
  keys: [],
  version: "1.2.3",
  signal: never,
  progress: () => undefined,
  ...more,
});

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(scratch, name);
  await writeFile(path, content);
  return path;
}

test("is the one that is named, or the running one, links followed", async () => {
  const path = await file("mortar", linux);
  const link = join(scratch, "link");
  await symlink(path, link);
  const named = await programFor({ fetch: nothing, log: silentLogger }, wishOf({ binary: link, running: "/bin/sh" }));
  expect([named.from, named.content.size]).toEqual([path, linux.length]);
  expect((await programFor({ fetch: nothing, log: silentLogger }, wishOf({ running: link }))).from).toBe(path);
});

test.each<[string, string | Buffer, string]>([
  ["a script", "#!/bin/sh\n", "it is no 64-bit Linux program"],
  ["nothing at all", "", "it is no 64-bit Linux program"],
  ["a program for arm64", elf(0xb7, "/lib/ld-linux-aarch64.so.1"), "another processor than x64"],
  ["a program that is linked with musl", elf(0x3e, "/lib/ld-musl-x86_64.so.1"), "built for Linux with musl"],
])("%s is refused with the reason", async (name, content, reason) => {
  const binary = await file(name.replaceAll(" ", "-"), content);
  const work = programFor({ fetch: nothing, log: silentLogger }, wishOf({ binary }));
  await expect(work).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining(reason) });
});

test("a file that is not there, and a machine that has no program, are told with what to do", async () => {
  const missing = programFor({ fetch: nothing, log: silentLogger }, wishOf({ binary: join(scratch, "none") }));
  await expect(missing).rejects.toMatchObject({ code: "not_found" });
  // macOS: the running program is no ELF, and a build of one's own knows no releases.
  const running = await file("macho", Buffer.from([0xcf, 0xfa, 0xed, 0xfe]));
  const lacking = programFor({ fetch: nothing, log: silentLogger }, wishOf({ running }));
  await expect(lacking).rejects.toMatchObject({ code: "config_missing", hint: expect.stringContaining("--binary") });
});
