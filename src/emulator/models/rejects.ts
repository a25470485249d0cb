// Fields and betas that a request may not hold, in the words of the APIs that refuse them.
import { isObject } from "../../platform/json.ts";
import { ModelFault } from "./model-fault.ts";

/** Throws ModelFault 400 where the body has a field at one of the paths (`*` is any element of a list). */
export function checkRejectedFields(body: object, paths: readonly string[]): void {
  for (const path of paths) {
    const found = findField(body, path.split("."));
    if (found !== undefined) throw extraInputs(found);
  }
}

/** Throws ModelFault 400 where the header `anthropic-beta` has one of the values. */
export function checkRejectedBetas(headers: Headers, rejected: readonly string[]): void {
  refuseBetas(betasOf(headers).filter((beta) => rejected.includes(beta)));
}

/** Throws ModelFault 400 where the header `anthropic-beta` has another value than these. */
export function checkKnownBetas(headers: Headers, known: readonly string[]): void {
  refuseBetas(betasOf(headers).filter((beta) => !known.includes(beta)));
}

export function extraInputs(path: string): ModelFault {
  return new ModelFault(400, "invalid_request_error", `${path}: Extra inputs are not permitted`);
}

/** The path at which the field stands, with indices in place of `*`; undefined where it does not. */
export function findField(value: unknown, [step, ...rest]: readonly string[]): string | undefined {
  if (step === undefined || !Array.isArray(value) === (step === "*")) return undefined;
  const entries: readonly (readonly [string, unknown])[] = entriesOf(value, step);
  for (const [name, one] of entries) {
    if (rest.length === 0) return name;
    const below = findField(one, rest);
    if (below !== undefined) return `${name}.${below}`;
  }
  return undefined;
}

function entriesOf(value: unknown, step: string): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.map((one: unknown, index) => [String(index), one] as const);
  return isObject(value) && value[step] !== undefined ? [[step, value[step]]] : [];
}

function betasOf(headers: Headers): readonly string[] {
  return (headers.get("anthropic-beta") ?? "")
    .split(",")
    .map((beta) => beta.trim())
    .filter((beta) => beta !== "");
}

function refuseBetas(betas: readonly string[]): void {
  if (betas.length === 0) return;
  const names = betas.map((beta) => `\`${beta}\``).join(", ");
  const message = `Unexpected value(s) ${names} for the \`anthropic-beta\` header. Please consult our documentation or try again without the header.`;
  throw new ModelFault(400, "invalid_request_error", message);
}
