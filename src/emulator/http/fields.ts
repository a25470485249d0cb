// Reading fields of a request, refused in the words of the Jobs and Clusters APIs.
import { isObject, rawInteger, type Json, type JsonObject } from "../../platform/json.ts";
import { ApiFault } from "./route.ts";

/** The refusal that Jobs and Clusters give for nearly everything that a caller got wrong. */
export function invalid(message: string): ApiFault {
  return new ApiFault(400, "INVALID_PARAMETER_VALUE", message);
}

/** An int64 as digits, or undefined where the field is absent. Takes a number or a string of digits. */
export function optionalId(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const text = typeof value === "number" || typeof value === "string" ? String(value) : "";
  if (!/^-?\d{1,20}$/.test(text)) throw invalid(`Invalid value for the field '${name}': expected an integer.`);
  return text;
}

/** An int64 as digits. Throws INVALID_PARAMETER_VALUE when it is absent. */
export function requiredId(value: unknown, name: string): string {
  const id = optionalId(value, name);
  if (id === undefined) throw invalid(`Missing required field: ${name}`);
  return id;
}

export function optionalText(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalid(`Invalid value for the field '${name}': expected a string.`);
  return value;
}

/** A string that is there and not empty. */
export function requiredText(value: unknown, name: string): string {
  const text = optionalText(value, name);
  if (text === undefined || text === "") throw invalid(`Missing required field: ${name}`);
  return text;
}

/** A whole number within bounds; takes digits too, as a query has them. */
export function optionalInteger(
  value: unknown,
  name: string,
  bounds: { min: number; max: number },
): number | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) {
    throw invalid(`Invalid value for the field '${name}': expected an integer.`);
  }
  if (number < bounds.min)
    throw invalid(`${name} must be greater than or equal to ${bounds.min}, but it is ${number}.`);
  if (number > bounds.max) throw invalid(`${name} must be less than or equal to ${bounds.max}, but it is ${number}.`);
  return number;
}

export function optionalFlag(value: unknown, name: string): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw invalid(`Invalid value for the field '${name}': expected a boolean.`);
}

export function optionalObject(value: unknown, name: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(`Invalid value for the field '${name}': expected an object.`);
  return value as JsonObject;
}

export function optionalArray(value: unknown, name: string): readonly Json[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw invalid(`Invalid value for the field '${name}': expected an array.`);
  return value as Json[];
}

/** A list of strings; undefined where the field is absent. */
export function optionalTexts(value: unknown, name: string): readonly string[] | undefined {
  return optionalArray(value, name)?.map((item) => requiredElement(item, name));
}

function requiredElement(item: Json, name: string): string {
  if (typeof item === "string") return item;
  if (typeof item === "number" || typeof item === "boolean") return String(item);
  throw invalid(`Invalid value for the field '${name}': expected strings.`);
}

/** An object whose values are strings; numbers and booleans become text, as the workspace takes them. */
export function optionalTextMap(value: unknown, name: string): Record<string, string> | undefined {
  const object = optionalObject(value, name);
  if (object === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(object).map(([key, item]) => [key, requiredElement(item, `${name}.${key}`)]),
  );
}

/** One of a closed set of words, or undefined where the field is absent. */
export function optionalWord<T extends string>(value: unknown, name: string, words: readonly T[]): T | undefined {
  const text = optionalText(value, name);
  if (text === undefined || text === "") return undefined;
  const found = words.find((word) => word === text);
  if (found === undefined) throw invalid(`Invalid value '${text}' for ${name}. Valid values are: ${words.join(", ")}.`);
  return found;
}

/** Digits as the bare integer that goes on the wire. */
export function wireId(digits: string): unknown {
  return rawInteger(digits);
}
