import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { faultResponse } from "./wire.ts";

test("a full disk is told, as the database says it and as the system does", async () => {
  const database = new Database(":memory:");
  database.run("PRAGMA max_page_count = 2");
  const errors: unknown[] = [Object.assign(new Error("write failed"), { code: "ENOSPC" })];
  try {
    database.run("CREATE TABLE one (x); INSERT INTO one VALUES (zeroblob(100000))");
  } catch (thrown) {
    errors.push(thrown);
  }
  expect(errors.length).toBe(2);
  for (const error of errors) {
    const response = faultResponse(error, "standard");
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ message: "The disk with the emulator's data is full." });
  }
});

test("what else goes wrong inside stays inside", async () => {
  const response = faultResponse(new Error("the token dapi123 in /home/me"), "standard");
  expect(await response.json()).toEqual({
    error_code: "INTERNAL_ERROR",
    message: "The emulator met an unexpected error.",
  });
});
