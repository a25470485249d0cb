// Options of a connection: where the other system is, and as whom to sign in. A password belongs into a secret scope, from
// where SQL alone can take it; the API would want it in clear, and so in this conversation.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { quotedText } from "./names.ts";

export const optionsInput = z.record(z.string(), z.string()).describe("host, port, user ...; no passwords");

export const secretOptionsInput = z
  .record(z.string(), z.string())
  .optional()
  .describe('Options whose value is a secret: {"password": "scope/key"}');

/** `('host' 'db', 'password' secret('scope', 'key'))`. Throws `invalid_input` for a secret that is not `scope/key`. */
export function optionsSql(
  options: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): string {
  const plain = Object.entries(options).map(([name, value]) => `${quotedText(name)} ${quotedText(value)}`);
  const secret = Object.entries(secrets).map(([name, place]) => `${quotedText(name)} ${secretSql(name, place)}`);
  return `(${[...plain, ...secret].join(", ")})`;
}

function secretSql(name: string, place: string): string {
  const [, scope, key] = /^([\w.@-]+)\/([\w.-]+)$/.exec(place) ?? [];
  if (scope !== undefined && key !== undefined) return `secret(${quotedText(scope)}, ${quotedText(key)})`;
  throw new MortarError("invalid_input", `The secret of ${JSON.stringify(name)} is not written as scope/key`, {
    hint: "`put_secret_from_file` puts a password into a scope; name it here as scope/key.",
  });
}
