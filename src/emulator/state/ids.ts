// Ids that look like a real workspace's, the same ones in every new folder, and never one twice in a folder.
import type { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import type { Clock } from "../../platform/deps.ts";
import type { Ids } from "./store.ts";

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Ids counted in the database, so that a restart goes on where the last run ended. None of them is a secret. */
export function createIds(database: Database, clock: Clock): Ids {
  const advance = database.query<{ value: number }, [string]>(
    "INSERT INTO counter (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
  );
  const count = (name: string): number => advance.get(name)?.value ?? 0;
  return {
    next: () => numericId(count("number")),
    cluster: () => `${stamp(clock.now())}-${word(`cluster ${count("cluster")}`, 8)}`,
    hex: (length) => hexText(`hex ${count("hex")}`, length),
  };
}

/** The `count`th id. Every third lies beyond 2^53 and is odd, so that a double cannot hold it. */
function numericId(count: number): string {
  if (count % 3 === 0) return String(7_000_000_000_000_000_001n + BigInt(count) * 1_000_006n);
  return String(500_000_000_000_000 + count * 7_919_317);
}

/** `MMDD-HHMMSS` in UTC. */
function stamp(now: number): string {
  const [date = "", time = ""] = new Date(now).toISOString().split("T");
  return `${date.slice(5, 10).replace("-", "")}-${time.slice(0, 8).replaceAll(":", "")}`;
}

function word(seed: string, length: number): string {
  const digest = createHash("sha256").update(seed).digest();
  return Array.from(digest.subarray(0, length), (byte) => letters[byte % letters.length]).join("");
}

function hexText(seed: string, length: number): string {
  let text = "";
  for (let part = 0; text.length < length; part++) {
    text += createHash("sha256").update(`${seed} ${part}`).digest("hex");
  }
  return text.slice(0, length);
}
