// The one renderer of results and errors for the terminal and for --json.
import { errorBody, type MortarError } from "../platform/errors.ts";
import { redact } from "../platform/log.ts";
import type { CommandResult } from "./spec.ts";

export function renderResult(result: CommandResult, json: boolean): string {
  return json ? `${JSON.stringify({ ok: true, data: result.data }, null, 2)}\n` : result.text;
}

/** An error as `--json` prints it on stdout. Texts are cleaned one by one: the field `code` is no authorization code. */
export function renderErrorJson(error: MortarError): string {
  const body = errorBody(error);
  const clean = {
    ...body,
    message: redact(body.message),
    ...(body.hint === undefined ? {} : { hint: redact(body.hint) }),
  };
  return `${JSON.stringify({ ok: false, error: clean }, null, 2)}\n`;
}

/** An error as a person reads it on stderr: what went wrong, then what to do. */
export function renderErrorText(error: MortarError, colour: boolean): string {
  const [bold, plain] = colour ? ["\u001B[1;31m", "\u001B[0m"] : ["", ""];
  const lines = [`${bold}error:${plain} ${shown(error.message)}`];
  if (error.hint !== undefined) lines.push(`hint: ${shown(error.hint)}`);
  if (error.requestId !== undefined) lines.push(`request id: ${shown(error.requestId)}`);
  return `${lines.join("\n")}\n`;
}

/** A message may quote a file or a server: no credential, and nothing that draws on the terminal. Its lines stay. */
function shown(text: string): string {
  return redact(text).replace(/[^\P{Cc}\n\t]/gu, " ");
}
