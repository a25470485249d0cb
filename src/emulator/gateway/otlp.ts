// Counting the records of an OTLP export request (opentelemetry-proto, collector/*/v1), protobuf or JSON.
import { isObject } from "../../platform/json.ts";

export const signals = ["metrics", "logs", "traces"] as const;
export type Signal = (typeof signals)[number];

/** The lists of each level in the JSON form. In protobuf they are field 1 of the request, then field 2, then field 2. */
const levels: Readonly<Record<Signal, readonly string[]>> = {
  metrics: ["resourceMetrics", "scopeMetrics", "metrics"],
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
  traces: ["resourceSpans", "scopeSpans", "spans"],
};

/** How many metrics, log records or spans the JSON request holds. Throws TypeError for what is no such request. */
export function countJson(signal: Signal, body: unknown): number {
  if (!isObject(body)) throw new TypeError("an export request is an object");
  const foreign = Object.keys(body).find((name) => name !== levels[signal][0]);
  if (foreign !== undefined) throw new TypeError(`unknown field ${foreign}`);
  return countBelow(body, levels[signal]);
}

function countBelow(value: unknown, [name = "", ...deeper]: readonly string[]): number {
  const list = isObject(value) ? (value[name] ?? []) : undefined;
  if (!Array.isArray(list)) throw new TypeError(`${name} must be a list`);
  return deeper.length === 0 ? list.length : list.reduce((sum: number, one) => sum + countBelow(one, deeper), 0);
}

/** How many metrics, log records or spans the protobuf request holds. Throws TypeError for broken bytes. */
export function countProtobuf(bytes: Uint8Array): number {
  let count = 0;
  for (const resource of messagesIn(bytes, 1)) {
    for (const scope of messagesIn(resource, 2)) count += messagesIn(scope, 2).length;
  }
  return count;
}

/** The embedded messages of one field (protobuf wire format, encoding guide of Protocol Buffers). */
function messagesIn(bytes: Uint8Array, field: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    const [number, wireType] = [Math.floor(tag.value / 8), tag.value % 8];
    if (number === 0) throw new TypeError("a field has no number");
    const end = fieldEnd(bytes, tag.end, wireType);
    if (end.to > bytes.length) throw new TypeError("a field ends beyond its message");
    if (number === field) {
      if (wireType !== 2) throw new TypeError(`field ${field} is no message`);
      found.push(bytes.subarray(end.from, end.to));
    }
    at = end.to;
  }
  return found;
}

function fieldEnd(bytes: Uint8Array, at: number, wireType: number): { from: number; to: number } {
  switch (wireType) {
    case 0:
      return { from: at, to: readVarint(bytes, at).end };
    case 1:
      return { from: at, to: at + 8 };
    case 2: {
      const length = readVarint(bytes, at);
      return { from: length.end, to: length.end + length.value };
    }
    case 5:
      return { from: at, to: at + 4 };
    default:
      throw new TypeError(`wire type ${wireType} is not used`);
  }
}

/** Values beyond 2^53 lose digits, which no tag and no length has. */
function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) throw new TypeError("a number is cut off");
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  throw new TypeError("a number is too long");
}
