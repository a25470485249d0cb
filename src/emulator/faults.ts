// The emulator misbehaving on command: what a client must survive.
import { ApiFault } from "./http/route.ts";
import { isObject, type JsonObject } from "../platform/json.ts";

export const faultKinds = [
  "latency",
  "status",
  "html",
  "garbage",
  "empty",
  "hang",
  "reset",
  "truncate",
  "redirect",
  "stale",
  "answer",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** One instruction: for which requests, how often, and what happens. */
export interface FaultRule {
  readonly kind: FaultKind;
  /** A method, or any. */
  readonly method?: string;
  /** A glob on the path; `*` stays within a segment, `**` does not. */
  readonly path: string;
  /** How many requests it hits; 0 means until it is removed. 1 unless given. */
  readonly times: number;
  /** How many matching requests pass before it begins. */
  readonly after: number;
  /** For `latency`: milliseconds before the request is handled. */
  readonly delayMs: number;
  /** For `status`, `html` and `answer`. */
  readonly status: number;
  readonly errorCode?: string;
  readonly message?: string;
  /** Seconds, or a date, for the Retry-After header of `status`. */
  readonly retryAfter?: string;
  /** For `truncate`: how many bytes of the body are sent before the connection is reset. */
  readonly bytes: number;
  /** For `stale`: how many reads of each address do not see what is there. */
  readonly reads: number;
  /** For `answer`: the JSON that comes instead of the workspace's own, whatever it says. */
  readonly body?: JsonObject;
}

export interface ActiveFault extends FaultRule {
  readonly id: number;
  readonly hits: number;
}

export interface Faults {
  add(rule: FaultRule): ActiveFault;
  list(): readonly ActiveFault[];
  remove(id: number): boolean;
  clear(): void;
  /** The rule that this request meets, counted as a hit. */
  take(request: { method: string; path: string; query: string }): FaultRule | undefined;
}

interface Armed {
  readonly rule: FaultRule;
  readonly glob: Bun.Glob;
  readonly readsByAddress: Map<string, number>;
  readonly id: number;
  seen: number;
  hits: number;
}

/** Rules are tried in the order they were added; the first that has hits left is met. */
export function createFaults(): Faults {
  let armed: Armed[] = [];
  let count = 0;
  return {
    add: (rule) => {
      count += 1;
      const entry: Armed = {
        rule,
        id: count,
        glob: new Bun.Glob(rule.path),
        readsByAddress: new Map(),
        seen: 0,
        hits: 0,
      };
      armed.push(entry);
      return describe(entry);
    },
    list: () => armed.map(describe),
    remove: (id) => {
      const before = armed.length;
      armed = armed.filter((entry) => entry.id !== id);
      return armed.length < before;
    },
    clear: () => {
      armed = [];
    },
    take: (request) => armed.find((entry) => meets(entry, request))?.rule,
  };
}

function describe({ rule, id, hits }: Armed): ActiveFault {
  return { id, hits, ...rule };
}

function meets(entry: Armed, request: { method: string; path: string; query: string }): boolean {
  const { rule } = entry;
  if (rule.method !== undefined && rule.method !== request.method) return false;
  if (!entry.glob.match(request.path)) return false;
  if (rule.kind === "stale") return isRead(request.method) && meetsStale(entry, `${request.path}?${request.query}`);
  entry.seen += 1;
  if (entry.seen <= rule.after || (rule.times !== 0 && entry.hits >= rule.times)) return false;
  entry.hits += 1;
  return true;
}

/** A write is seen by the workspace at once; it is the reads after it that lag. */
function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function meetsStale(entry: Armed, address: string): boolean {
  const reads = entry.readsByAddress.get(address) ?? 0;
  if (reads >= entry.rule.reads) return false;
  entry.readsByAddress.set(address, reads + 1);
  entry.hits += 1;
  return true;
}

/** Reads a rule that came as JSON. Throws ApiFault 400 naming the field that does not fit. */
export function parseFaultRule(value: unknown): FaultRule {
  if (!isObject(value)) throw invalid("a fault is a JSON object");
  const known = ["kind", "method", "path", "times", "after", "delay_ms", "status", "error_code", "message"];
  const more = ["retry_after", "bytes", "reads", "body"];
  const foreign = Object.keys(value).find((key) => ![...known, ...more].includes(key));
  if (foreign !== undefined) throw invalid(`unknown field ${foreign}`);
  const kind = faultKinds.find((one) => one === value["kind"]);
  if (kind === undefined) throw invalid(`kind must be one of ${faultKinds.join(", ")}`);
  const method = text(value, "method");
  const errorCode = text(value, "error_code");
  const message = text(value, "message");
  const retryAfter = value["retry_after"];
  return {
    kind,
    path: text(value, "path") ?? "/**",
    times: count(value, "times", 1),
    after: count(value, "after", 0),
    delayMs: count(value, "delay_ms", 0),
    status: statusOf(value, kind === "html" || kind === "answer" ? 200 : 503),
    bytes: count(value, "bytes", 16),
    reads: count(value, "reads", kind === "stale" ? 1 : 0),
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(message === undefined ? {} : { message }),
    ...(retryAfter === undefined ? {} : { retryAfter: headerText(retryAfter, "retry_after") }),
    ...(kind === "answer" ? { body: objectOf(value, "body") } : {}),
  };
}

/** A status that an answer with a body can have. */
function statusOf(value: Record<string, unknown>, fallback: number): number {
  const status = count(value, "status", fallback);
  if (status < 200 || status > 599 || [204, 205, 304].includes(status)) {
    throw invalid("status must be one of an answer with a body: 200 to 599");
  }
  return status;
}

function headerText(value: unknown, name: string): string {
  const given = String(value);
  if (!/^[\x20-\x7E]*$/.test(given)) throw invalid(`${name} must be a number of seconds or a date`);
  return given;
}

function text(value: Record<string, unknown>, name: string): string | undefined {
  const field = value[name];
  if (field === undefined) return undefined;
  if (typeof field !== "string") throw invalid(`${name} must be a text`);
  return field;
}

function objectOf(value: Record<string, unknown>, name: string): JsonObject {
  const field = value[name];
  if (!isObject(field)) throw invalid(`${name} must be a JSON object`);
  return field as JsonObject;
}

function count(value: Record<string, unknown>, name: string, fallback: number): number {
  const field = value[name];
  if (field === undefined) return fallback;
  if (typeof field !== "number" || !Number.isInteger(field) || field < 0)
    throw invalid(`${name} must be a whole number`);
  return field;
}

function invalid(message: string): ApiFault {
  return new ApiFault(400, "INVALID_PARAMETER_VALUE", `Fault: ${message}`);
}
