// What a running emulator leaves for the commands that come after it: where it is, and the secrets to prove and use that.
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isObject } from "../../platform/json.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { Secret } from "../../platform/secret.ts";

/** One emulator that was started and has not said that it stopped. Whether it lives is for `proveRunning` to say. */
export interface RunRecord {
  readonly pid: number;
  readonly host: string;
  readonly folder: string;
  readonly workspaceId: string;
  readonly owner: string;
  readonly startedAt: number;
  readonly token: Secret;
  readonly adminToken: Secret;
  readonly signInCode: Secret;
}

/** The files of the emulator that uses `folder`: one emulator a folder. */
export function runFiles(runFolder: string, folder: string): RunFiles {
  const name = `emulator-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`;
  return { record: join(runFolder, `${name}.json`), log: join(runFolder, `${name}.log`), lock: name };
}

interface RunFiles {
  readonly record: string;
  readonly log: string;
  /** Name of the lock in the same folder. */
  readonly lock: string;
}

export async function writeRunRecord(path: string, record: RunRecord): Promise<void> {
  const { token, adminToken, signInCode, ...plain } = record;
  const secrets = {
    token: token.reveal(),
    admin_token: adminToken.reveal(),
    sign_in_code: signInCode.reveal(),
  };
  await writeAtomic(path, `${JSON.stringify({ ...plain, ...secrets }, null, 2)}\n`, { mode: 0o600, forceMode: true });
}

/** The record, or undefined when there is none or it cannot be understood. Throws `io` when it cannot be read. */
export async function readRunRecord(path: string): Promise<RunRecord | undefined> {
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(value) ? toRecord(value) : undefined;
}

/** Removes the record, unless another emulator has written its own by now. */
export async function removeRunRecord(path: string, pid: number): Promise<void> {
  const record = await readRunRecord(path);
  if (record === undefined || record.pid === pid) await rm(path, { force: true });
}

function toRecord(value: Record<string, unknown>): RunRecord | undefined {
  const { pid, host, folder, workspaceId, owner, startedAt, token, admin_token, sign_in_code } = value;
  const numbers = typeof pid === "number" && typeof startedAt === "number";
  const texts = typeof host === "string" && typeof folder === "string" && typeof workspaceId === "string";
  const secrets = typeof token === "string" && typeof admin_token === "string" && typeof sign_in_code === "string";
  if (!numbers || !texts || !secrets || typeof owner !== "string") return undefined;
  return {
    pid,
    host,
    folder,
    workspaceId,
    owner,
    startedAt,
    token: new Secret(token),
    adminToken: new Secret(admin_token),
    signInCode: new Secret(sign_in_code),
  };
}
