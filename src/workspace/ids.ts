// Ids are int64 on the wire and strings of digits here, whatever their size: a JavaScript number loses what is past 2^53.
import { MortarError } from "../platform/errors.ts";
import { isObject, rawInteger, type Json, type JsonObject } from "../platform/json.ts";

/** An id of an answer as a string, or undefined where there is none. Takes what `parseJson` makes of an int64, and names. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : undefined;
}

// A leading zero is no JSON number.
const idShape = /^(?:0|[1-9]\d{0,18})$/;

/** The digits of an id for a query string. Throws `invalid_input` for anything but digits. */
export function idDigits(id: string, what: string): string {
  if (idShape.test(id)) return id;
  throw new MortarError("invalid_input", `${JSON.stringify(id)} is not a ${what}`, {
    hint: `A ${what} is a whole number, given as its digits.`,
  });
}

/** An id for a JSON body: bare digits, as the API wants them. Throws `invalid_input` for anything but digits. */
export function wireId(id: string, what: string): unknown {
  return rawInteger(idDigits(id, what));
}

/** The same settings with the id of every `run_job_task` (the one int64 inside job settings) as a string. */
export function settingsFromWire(settings: JsonObject): JsonObject {
  return mapRunJobIds(settings, (id) => idOf(id) ?? id) as JsonObject;
}

/** The same settings as they go out: the id of every `run_job_task` as bare digits. References such as `{{x}}` stay. */
export function settingsToWire(settings: JsonObject): JsonObject {
  const toWire = (id: unknown): unknown => (typeof id === "string" && idShape.test(id) ? rawInteger(id) : id);
  return mapRunJobIds(settings, toWire) as JsonObject;
}

function mapRunJobIds(value: Json, convert: (id: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapRunJobIds(item, convert));
  if (!isObject(value)) return value;
  const entries = Object.entries(value as JsonObject).map(([key, field]) => {
    const task = key === "run_job_task" && isObject(field) && "job_id" in field;
    return [key, task ? { ...field, job_id: convert(field["job_id"]) } : mapRunJobIds(field, convert)];
  });
  return Object.fromEntries(entries);
}
