// Links to results that carry their own credential, as those to cloud storage do.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { World } from "../../world.ts";

export const linkPath = "/external-results";
const lifetimeMs = 15 * 60_000;

export interface Link {
  readonly url: string;
  /** RFC 3339. */
  readonly expiration: string;
}

export interface LinkTarget {
  readonly statementId: string;
  readonly chunk: number;
}

/** A link that lives for 15 minutes. */
export function makeLink(world: World, origin: string, { statementId, chunk }: LinkTarget): Link {
  const expires = world.clock.now() + lifetimeMs;
  const path = `${linkPath}/${statementId}/${chunk}`;
  return {
    url: `${origin}${path}?expires=${expires}&signature=${signatureOf(world, path, expires)}`,
    expiration: new Date(expires).toISOString(),
  };
}

/** Whether path and query are those of a link that was given out and has not expired. */
export function isGoodLink(world: World, path: string, query: URLSearchParams): boolean {
  const expires = Number(query.get("expires"));
  const given = Buffer.from(query.get("signature") ?? "");
  if (!Number.isSafeInteger(expires) || expires < world.clock.now()) return false;
  const wanted = Buffer.from(signatureOf(world, path, expires));
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function signatureOf(world: World, path: string, expires: number): string {
  const keys = world.store.collection<{ readonly key: string }>("result_link_keys");
  const known = keys.get("key");
  const key = known?.key ?? randomBytes(32).toString("hex");
  if (known === undefined) keys.put("key", { key });
  return createHmac("sha256", key).update(`${path}?${expires}`).digest("hex");
}
