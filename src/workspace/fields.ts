// Small parsers for the border: one field of an answer, typed, or undefined when it is absent or of another kind.
// Proto3 JSON leaves out what is false, zero or empty, so an absent field is no fault; `required*` is for the rest.
import { MortarError } from "../platform/errors.ts";
import { isObject, type Json, type JsonObject } from "../platform/json.ts";
import { idOf } from "./ids.ts";

/** A string that is not empty. */
export function text(source: JsonObject, key: string): string | undefined {
  const value = source[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function flag(source: JsonObject, key: string): boolean {
  return source[key] === true;
}

/** A number; proto3 may send an int64 as a string of digits. */
export function number(source: JsonObject, key: string): number | undefined {
  const value = source[key];
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

/** A time in milliseconds since the epoch; the workspace writes "not yet" as 0. */
export function timeMs(source: JsonObject, key: string): number | undefined {
  const value = number(source, key);
  return value === 0 ? undefined : value;
}

export function object(source: JsonObject, key: string): JsonObject | undefined {
  const value = source[key];
  return isJsonObject(value) ? value : undefined;
}

/** The objects of a list; an empty list when it is absent. */
export function objects(source: JsonObject, key: string): readonly JsonObject[] {
  const value = source[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The strings of a list; an empty list when it is absent. */
export function texts(source: JsonObject, key: string): readonly string[] {
  const value = source[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** A map of strings; what is no string is written as JSON. */
export function textMap(source: JsonObject, key: string): Readonly<Record<string, string>> {
  const entries = Object.entries(object(source, key) ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, asText(value)]));
}

export function id(source: JsonObject, key: string): string | undefined {
  return idOf(source[key]);
}

/** Throws `bad_response` when the answer lacks it. */
export function requiredId(source: JsonObject, key: string): string {
  return idOf(source[key]) ?? lacking(key);
}

/** Throws `bad_response` when the answer lacks it. */
export function requiredText(source: JsonObject, key: string): string {
  return text(source, key) ?? lacking(key);
}

function asText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isJsonObject(value: unknown): value is JsonObject {
  return isObject(value);
}

function lacking(key: string): never {
  throw new MortarError("bad_response", `The workspace's answer lacks "${key}"`, {
    hint: "Check that the host is a Databricks workspace, and that no proxy in between changes its answers.",
  });
}
