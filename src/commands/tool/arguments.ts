// A tool's arguments as they stand on the command line.
import type { Input } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { isObject, parseJson } from "../../platform/json.ts";

export interface WrittenArguments {
  /** A JSON object, `-` for standard input, or nothing. */
  readonly json: string | undefined;
  /** `NAME=VALUE` each. Values stay text; the tool's schema says what they mean. */
  readonly pairs: readonly string[];
}

/** The arguments as one object; pairs win over the JSON. Throws `usage`, and an AbortError when `signal` fires. */
export async function readArguments(
  written: WrittenArguments,
  stdin: Input,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const text = written.json === "-" ? await stdin.readAll(signal) : written.json;
  return { ...(text === undefined ? {} : parseObject(text)), ...Object.fromEntries(written.pairs.map(parsePair)) };
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = text.trim() === "" ? {} : parseJson(text);
  } catch (cause) {
    throw new MortarError("usage", "The arguments are not JSON", {
      hint: `Write them as '{"name": "value"}', or one by one with --arg name=value.`,
      cause,
    });
  }
  if (isObject(value)) return value;
  throw new MortarError("usage", "The arguments are no JSON object", { hint: `Write them as '{"name": "value"}'.` });
}

function parsePair(pair: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  if (equals > 0) return [pair.slice(0, equals), pair.slice(equals + 1)];
  throw new MortarError("usage", `--arg ${JSON.stringify(pair)} has no =`, { hint: "Write --arg name=value." });
}
