// Settings of agents, read and never written. What cannot be understood is the agent's to complain of.
import { parse } from "jsonc-parser";
import { readTextIfPresent } from "../../platform/files.ts";
import { isObject } from "../../platform/json.ts";

/** The object in a file, which may have comments; an empty one where there is none that can be read and understood. */
export async function readObject(path: string): Promise<Record<string, unknown>> {
  const text = await readTextIfPresent(path).catch(() => undefined);
  return text === undefined ? {} : parseObject(text);
}

/** The same, from its text. */
export function parseObject(text: string): Record<string, unknown> {
  const value: unknown = parse(text, [], { allowTrailingComma: true });
  return isObject(value) ? value : {};
}
