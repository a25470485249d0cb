// Arguments that came from outside, made to fit an older tool's parameters.
import { MortarError } from "../../platform/errors.ts";
import { isObject, type JsonObject } from "../../platform/json.ts";
import { nearest } from "../../platform/suggest.ts";
import { coerceArguments } from "../coerce.ts";
import type { Arguments, OlderArguments } from "./row.ts";
import { inputSchemaOf, type Parameter } from "./signature.ts";

/** Whether the names are those that the parameters declare, and no required one is missing. */
export function namesFit(parameters: readonly Pick<Parameter, "name" | "required">[], args: Arguments): boolean {
  const given = Object.keys(args).filter((name) => args[name] !== null && args[name] !== undefined);
  return (
    given.every((name) => parameters.some((one) => one.name === name)) &&
    parameters.every((one) => !one.required || given.includes(one.name))
  );
}

/** The arguments with their types as declared. Throws `invalid_input`, with what the older tool takes. */
export function fitArguments(name: string, parameters: readonly Parameter[], args: Arguments): OlderArguments {
  checkNames(name, parameters, args);
  const some = Object.entries(args).filter(([key, value]) => value !== null && !(value === "" && key.endsWith("_id")));
  const fitted = coerceArguments(inputSchemaOf(parameters), Object.fromEntries(some));
  for (const { name: key, required, schema } of parameters) {
    if (fitted[key] === undefined && required) throw wrong(name, parameters, `${key} is missing`);
    if (fitted[key] !== undefined && !isLike(schema, fitted[key])) {
      throw wrong(name, parameters, `${key}: expected ${expected(schema)}`);
    }
  }
  const isUsual = ({ name: key, fallback }: Parameter): boolean =>
    fallback !== undefined && Bun.deepEquals(fitted[key], fallback);
  const usual = new Set(parameters.filter(isUsual).map((one) => one.name));
  const fallbacks = parameters.flatMap(({ name: key, fallback }) => (fallback === undefined ? [] : [[key, fallback]]));
  return {
    given: Object.fromEntries(Object.entries(fitted).filter(([key]) => !usual.has(key))),
    all: { ...Object.fromEntries(fallbacks), ...fitted },
  };
}

function checkNames(name: string, parameters: readonly Parameter[], args: Arguments): void {
  const known = parameters.map((one) => one.name);
  const unknown = Object.keys(args).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const message = `${name}: unknown argument ${JSON.stringify(unknown.slice(0, 60))}`;
  if (near === undefined) throw wrong(name, parameters, `unknown argument ${JSON.stringify(unknown.slice(0, 60))}`);
  throw new MortarError("invalid_input", message, { hint: `Did you mean "${near}"?` });
}

function isLike(schema: JsonObject, value: unknown): boolean {
  const { type, anyOf, items } = schema;
  const choices = schema["enum"];
  if (Array.isArray(anyOf)) return anyOf.some((one) => isObject(one) && isLike(one as JsonObject, value));
  if (Array.isArray(choices)) return choices.some((one) => one === value);
  if (type === "array") {
    return Array.isArray(value) && (!isObject(items) || value.every((one) => isLike(items as JsonObject, one)));
  }
  if (type === "object") return isObject(value);
  if (type === "integer") return Number.isSafeInteger(value);
  return typeof value === type;
}

function expected({ type, anyOf, enum: choices }: JsonObject): string {
  if (Array.isArray(choices)) return `one of ${choices.map(String).join(", ")}`;
  if (Array.isArray(anyOf)) return anyOf.map((one) => (isObject(one) ? expected(one as JsonObject) : "")).join(" or ");
  return String(type);
}

function wrong(name: string, parameters: readonly Parameter[], what: string): MortarError {
  const names = parameters.map((one) => (one.required ? one.name : `[${one.name}]`));
  return new MortarError("invalid_input", `${name}: ${what}`, {
    hint: `It takes ${names.join(", ") || "no arguments"}.`,
  });
}
