// The state of a question that the client carries until it brings the answer: sealed, so that it fits one call of one caller,
// once, for a few minutes. (MCP 2026-07-28, basic/patterns/mrtr, server requirements.)
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Of one caller, for as long as he is remembered: what is sealed for one opens nothing for another. */
export interface SealKey {
  /** The key itself, made when it is first needed. */
  secret?: Uint8Array;
  /** The seals that have been used, by when they would have ended. In milliseconds. */
  readonly used: Map<string, number>;
}

/** What the person is asked about. */
export interface Sealed {
  readonly tool: string;
  /** As the tool takes them. */
  readonly input: unknown;
  readonly question: string;
}

/** How long a person may think, in milliseconds. */
export const sealMs = 600_000;

const version = "v1";

export function sealOf(key: SealKey, about: Sealed, nowMs: number): string {
  const nonce = randomBytes(16).toString("base64url");
  const head = [version, nonce, String(nowMs + sealMs), digest(about.question)].join(".");
  return `${head}.${mac(key, head, about)}`;
}

export interface Opened {
  /** Whether what would be lost is still what was asked about. */
  readonly isSameQuestion: boolean;
  /** False where it was used before. Whoever spends it acts on it. */
  spend(): boolean;
}

/** Undefined for what is forged, too old, or sealed for another call or caller. */
export function openSeal(
  key: SealKey,
  state: string,
  { about, nowMs }: { about: Sealed; nowMs: number },
): Opened | undefined {
  const parts = /^(v1\.([\w-]{22})\.(\d{1,16})\.([\w-]{43}))\.([\w-]{43})$/.exec(state);
  const [, head = "", nonce = "", end = "", asked = "", given = ""] = parts ?? [];
  if (parts === null || !isSame(given, mac(key, head, about))) return undefined;
  const endMs = Number(end);
  if (nowMs >= endMs) return undefined;
  return {
    isSameQuestion: isSame(asked, digest(about.question)),
    spend: () => {
      for (const [old, untilMs] of key.used) if (untilMs <= nowMs) key.used.delete(old);
      if (key.used.has(nonce)) return false;
      key.used.set(nonce, endMs);
      return true;
    },
  };
}

function mac(key: SealKey, head: string, { tool, input }: Sealed): string {
  key.secret ??= randomBytes(32);
  return createHmac("sha256", key.secret)
    .update(JSON.stringify([head, tool, ordered(input)]))
    .digest("base64url");
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The same value with the same text, in whatever order its fields came. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  const byName = fields.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { fields: byName.map(([name, one]) => [name, ordered(one)]) };
}
