// put_secret_from_file: a value that no conversation sees.
import { readFile, stat } from "node:fs/promises";
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { question } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { localPath } from "../transfer/local-place.ts";
import { keyInput, scopeInput, writtenFields, writtenSecret } from "./fields.ts";
import { changeSecrets, secretsIn } from "./secrets-api.ts";

const mostBytes = 128 * 1024;

export const putSecretFromFile = defineTool({
  name: "put_secret_from_file",
  toolset: "secrets",
  effect: "destructive",
  local: true,
  idempotent: true,
  title: "Write a secret from a file",
  description:
    "Writes what is in a local file as a secret, over one that is there. Nobody sees the value; a line end at its end is left out.",
  input: z.strictObject({
    scope: scopeInput,
    key: keyInput,
    local_file: z.string().min(1, "must not be empty").describe("File on the local machine"),
  }),
  output: z.object({ ...writtenFields, size_bytes: z.number() }),
  confirm: async ({ scope, key }, context) => {
    const wasThere = (await secretsIn(context, scope)).some((one) => one.key === key);
    return wasThere ? question`Overwrite the secret ${key} of the scope ${scope}? Its value is lost.` : undefined;
  },
  targets: nowhere,
  run: async (context, { scope, key, local_file }) => {
    const bytes = await secretBytes(localPath(context.deps, local_file));
    const wasThere = (await secretsIn(context, scope)).some((one) => one.key === key);
    await changeSecrets(context, "put", { scope, key, ...valueOf(bytes) });
    return { ...writtenSecret({ scope, key }, wasThere), size_bytes: bytes.length };
  },
  text: (output) => fieldText(fieldLines(output)),
});

/** Throws `not_found`, `invalid_input`, `too_large`. */
async function secretBytes(path: string): Promise<Buffer> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new MortarError("not_found", `There is no file ${path} that can be read`, { hint: "Check the path." });
  }
  if (!found.isFile()) throw new MortarError("invalid_input", `${path} is not a file`, { hint: "Name a single file." });
  if (found.size > mostBytes) {
    throw new MortarError("too_large", `${path} has ${found.size} bytes, and a secret has at most ${mostBytes}`, {
      hint: "Keep large files in a volume that only those who need it can read.",
    });
  }
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) {
    throw new MortarError("not_found", `There is no file ${path} that can be read`, { hint: "Check its permissions." });
  }
  return withoutLineEnd(bytes);
}

function withoutLineEnd(bytes: Buffer): Buffer {
  const text = bytes.toString("latin1");
  return bytes.subarray(0, text.replace(/\r?\n$/, "").length);
}

/** As text where it is text, so that dbutils.secrets.get gives it as it is. */
function valueOf(bytes: Buffer): { readonly string_value: string } | { readonly bytes_value: string } {
  try {
    return { string_value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { bytes_value: bytes.toString("base64") };
  }
}
