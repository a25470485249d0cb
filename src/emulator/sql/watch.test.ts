import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineMeasures, watchStatement, type Measures } from "./watch.ts";

const calm: Measures = { residentBytes: () => 1e9, freeBytes: async () => 1e12 };

/** Interrupts until the watch says why, then ends it. */
async function faultOf(measures: Measures): Promise<string> {
  const said = Promise.withResolvers<string>();
  const watch = watchStatement(
    measures,
    () => {
      if (watch.fault !== undefined) said.resolve(watch.fault.message);
    },
    1,
  );
  const message = await said.promise;
  watch.stop();
  return message;
}

test("a statement that makes the process grow without end is interrupted", async () => {
  let bytes = 1e9;
  expect(await faultOf({ ...calm, residentBytes: () => (bytes += 1e9) })).toStartWith("[OUT_OF_MEMORY]");
});

test("a statement that fills the disk is interrupted", async () => {
  let free = 5e9;
  expect(await faultOf({ ...calm, freeBytes: async () => (free -= 1e9) })).toStartWith("[DISK_FULL]");
});

test("a calm statement is left alone, and a disk that cannot be asked is no fault", async () => {
  let looks = 0;
  let interrupts = 0;
  const enough = Promise.withResolvers<void>();
  const freeBytes = async (): Promise<number> => {
    looks += 1;
    if (looks === 3) enough.resolve();
    throw new Error("no such disk");
  };
  const watch = watchStatement({ ...calm, freeBytes }, () => (interrupts += 1), 1);
  await enough.promise;
  watch.stop();
  expect([watch.fault, interrupts]).toEqual([undefined, 0]);
});

test("the machine says what it has", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mortar-watch-"));
  const measures = machineMeasures(folder);
  expect(measures.residentBytes()).toBeGreaterThan(1e6);
  expect(await measures.freeBytes()).toBeGreaterThan(0);
  await rm(folder, { recursive: true });
});
