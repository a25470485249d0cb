// The key of the app on one's own machine: made once, kept in a private file, so that a browser stays let in over a restart.
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { withLock } from "../../platform/lock.ts";
import { Secret } from "../../platform/secret.ts";

export interface AppKey {
  readonly secret: Secret;
  /** Where scripts find it. */
  readonly file: string;
}

/** The key in the file; a new one where there is none, or where others than its owner may read it. Throws `io`, `timeout`. */
export async function appKey(deps: Pick<Deps, "paths" | "os" | "clock">): Promise<AppKey> {
  const folder = deps.paths.run;
  const file = join(folder, "app.key");
  return await withLock(folder, "app-key", { clock: deps.clock }, async () => {
    const text = (await readTextIfPresent(file))?.trim() ?? "";
    if (/^[\w-]{40,}$/.test(text) && (await isPrivate(file, deps.os))) return { secret: new Secret(text), file };
    const made = randomBytes(32).toString("base64url");
    await writeAtomic(file, `${made}\n`, { mode: 0o600, forceMode: true });
    return { secret: new Secret(made), file };
  });
}

async function isPrivate(file: string, os: Deps["os"]): Promise<boolean> {
  if (os === "win32") return true;
  return ((await stat(file)).mode & 0o077) === 0;
}

/** In constant time, whatever the lengths. */
export function isSameText(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** What a browser keeps in its cookie: it lets in as the key does, and does not tell it. */
export function cookieValue({ secret }: Pick<AppKey, "secret">): string {
  return createHmac("sha256", secret.reveal()).update("mortar app cookie").digest("base64url");
}
