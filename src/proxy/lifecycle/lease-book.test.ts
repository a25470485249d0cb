import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { processStart } from "../../platform/process-start.ts";
import { Secret } from "../../platform/secret.ts";
import { isLeaseId, newLeaseId, readLease, writeLease, type Lease } from "./lease.ts";
import { openLeaseBook } from "./lease-book.ts";
import { leaseFolder } from "./places.ts";
import { testHome, until } from "./testing.ts";

function lease(parts: Partial<Lease> = {}): Lease {
  return { id: newLeaseId(), pid: process.pid, agent: "claude", profile: "DEFAULT", ...parts };
}

/** A process that runs until it is ended. */
function sleeper(): Bun.Subprocess {
  return Bun.spawn([process.execPath, "-e", "setInterval(() => {}, 1000)"], { stdio: ["ignore", "ignore", "ignore"] });
}

test("a lease is read as it was written, by this user alone", async () => {
  await using made = await testHome();
  const written = lease({
    processStart: "77",
    child: { pid: 78, processStart: "79" },
    upstream: { url: "https://x.example", trusted: false },
    key: new Secret("a-key-of-one-session"),
    listen: { port: 5_000, tls: { certFile: "/c", keyFile: "/k" } },
    log: { file: "/log", verbose: true },
  });
  await writeLease(made.deps, written);
  expect(readLease(made.deps, written.id)).toEqual(written);
  const path = join(leaseFolder(made.deps), `${written.id}.json`);
  if (made.deps.os !== "win32") expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a new proxy knows the leases of the one before", async () => {
  await using made = await testHome();
  const start = await processStart(made.deps, process.pid);
  const mine = lease({ key: new Secret("a-key-of-one-session"), processStart: start });
  await writeLease(made.deps, mine);
  const book = await openLeaseBook(made.deps);
  expect(book.all()).toEqual([mine]);
  expect(book.get(mine.id)).toEqual(mine);
  expect(book.keys().map((key) => key.reveal())).toEqual(["a-key-of-one-session"]);
  book.close();
});

test("a lease ends with its process, also where that was killed", async () => {
  await using made = await testHome();
  const child = sleeper();
  const mine = lease({ pid: child.pid, processStart: await processStart(made.deps, child.pid) });
  await writeLease(made.deps, mine);
  const book = await openLeaseBook(made.deps);
  expect(book.all()).toHaveLength(1);
  child.kill("SIGKILL");
  await child.exited;
  await book.refresh();
  expect(book.all()).toEqual([]);
  expect(await readdir(leaseFolder(made.deps))).toEqual([]);
  book.close();
});

test("a session whose first process was killed goes on as long as its agent", async () => {
  await using made = await testHome();
  const [wrapper, agent] = [sleeper(), sleeper()];
  const child = { pid: agent.pid, processStart: await processStart(made.deps, agent.pid) };
  const mine = lease({ pid: wrapper.pid, processStart: await processStart(made.deps, wrapper.pid), child });
  await writeLease(made.deps, mine);
  const book = await openLeaseBook(made.deps);
  wrapper.kill("SIGKILL");
  await wrapper.exited;
  await book.refresh();
  expect(book.all()).toEqual([mine]);
  agent.kill("SIGKILL");
  await agent.exited;
  await book.refresh();
  expect(await readdir(leaseFolder(made.deps))).toEqual([]);
  book.close();
});

test.skipIf(process.platform === "win32")("a process id that was given to another process holds no lease", async () => {
  await using made = await testHome();
  await writeLease(made.deps, lease({ processStart: "a process of long ago" }));
  const book = await openLeaseBook(made.deps);
  expect(book.all()).toEqual([]);
  book.close();
});

test("files that are no leases are cleared away or left alone, and hold nothing up", async () => {
  await using made = await testHome();
  const [mine, broken] = [lease(), newLeaseId()];
  await writeLease(made.deps, mine);
  await writeFile(join(leaseFolder(made.deps), `${broken}.json`), "{half");
  await writeFile(join(leaseFolder(made.deps), "notes.txt"), "mine");
  const book = await openLeaseBook(made.deps);
  expect(book.all().map(({ id }) => id)).toEqual([mine.id]);
  expect((await readdir(leaseFolder(made.deps))).toSorted()).toEqual([`${mine.id}.json`, "notes.txt"].toSorted());
  book.close();
});

test("a lease that has just been written is found when its session asks, and by the watch", async () => {
  await using made = await testHome();
  const book = await openLeaseBook(made.deps);
  const [asked, seen] = [lease(), lease()];
  await writeLease(made.deps, asked);
  expect(book.get(asked.id)).toEqual(asked);
  await writeLease(made.deps, seen);
  await until(() => book.all().some(({ id }) => id === seen.id));
  book.close();
});

test("what is not an id leads to no file", async () => {
  await using made = await testHome();
  for (const id of ["", "..", "../proxy", "%2e%2e", newLeaseId().toUpperCase(), `${newLeaseId()}/`]) {
    expect(isLeaseId(id)).toBe(false);
    expect(readLease(made.deps, id)).toBeUndefined();
  }
});

test("a released lease is gone from memory and disk", async () => {
  await using made = await testHome();
  const mine = lease();
  await writeLease(made.deps, mine);
  const book = await openLeaseBook(made.deps);
  await book.release(mine.id);
  expect(book.get(mine.id)).toBeUndefined();
  expect(existsSync(join(leaseFolder(made.deps), `${mine.id}.json`))).toBe(false);
  book.close();
});
