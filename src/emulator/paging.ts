// Pages of a list. Between the first page and the rest comes an EMPTY one that still carries a token, as real
// workspaces send now and then: a client that stops at an empty page loses what follows.
import { ApiFault } from "./http/route.ts";

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last page. */
  readonly next?: string;
  /** Absent on the first page. */
  readonly previous?: string;
}

export interface PageRequest {
  readonly size: number;
  /** What the client sent; absent or empty for the first page. */
  readonly token?: string | null | undefined;
}

interface Position {
  readonly offset: number;
  /** The empty page before `offset`. */
  readonly gap: boolean;
}

/** The page of `items` that the token names. Throws ApiFault 400 for a token that the emulator did not give. */
export function pageOf<T>(items: readonly T[], { size, token }: PageRequest): Page<T> {
  const { offset, gap } = readToken(token);
  if (gap) return { items: [], next: writeToken({ offset, gap: false }), previous: writeToken(startOf()) };
  const page = items.slice(offset, offset + size);
  const end = offset + size;
  const more = end < items.length;
  return {
    items: page,
    ...(more ? { next: writeToken({ offset: end, gap: offset === 0 }) } : {}),
    ...(offset > 0 ? { previous: writeToken({ offset: Math.max(0, offset - size), gap: false }) } : {}),
  };
}

export interface PageSizeRule {
  /** Name of the query parameter: `limit`, `page_size`, `max_results`. */
  readonly name: string;
  readonly fallback: number;
  readonly max: number;
}

/** The page size that a query asks for; 0 and absence mean the fallback. Throws ApiFault 400 outside 0..max. */
export function pageSizeOf(query: URLSearchParams, { name, fallback, max }: PageSizeRule): number {
  const given = query.get(name);
  if (given === null || given === "" || given === "0") return fallback;
  const size = Number(given);
  if (!Number.isInteger(size) || size < 0 || size > max) {
    throw new ApiFault(
      400,
      "INVALID_PARAMETER_VALUE",
      `Invalid value ${given} for parameter ${name}: must be between 1 and ${max}`,
    );
  }
  return size;
}

function startOf(): Position {
  return { offset: 0, gap: false };
}

function writeToken({ offset, gap }: Position): string {
  return Buffer.from(`${gap ? "gap" : "at"}:${offset}`).toString("base64url");
}

function readToken(token: string | null | undefined): Position {
  if (token === undefined || token === null || token === "") return startOf();
  const match = /^(gap|at):(\d{1,12})$/.exec(Buffer.from(token, "base64url").toString());
  if (match === null) throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `Invalid page token: ${token}`);
  return { offset: Number(match[2]), gap: match[1] === "gap" };
}
