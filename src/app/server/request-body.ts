// The body of a request, within bounds and of the kind that it says to be.
import type * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { tryJson } from "../../platform/json.ts";

/** A message of a million characters, or a text file of 2 MB, in JSON. */
const mostJsonBytes = 8 * 1024 * 1024;

/** The largest upload, with what surrounds it in a form. */
export const mostUploadBytes = 64 * 1024 * 1024;

/** All of the body. Throws `too_large` as soon as it is. */
export async function readBytes(request: Request, mostBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > mostBytes) throw tooLarge(mostBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > mostBytes) throw tooLarge(mostBytes);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function tooLarge(mostBytes: number): MortarError {
  return new MortarError("too_large", `The request has more than ${mostBytes / 1024 / 1024} MB`, {
    hint: "Send less at once.",
  });
}

/**
 * The JSON body. Throws `invalid_input` for another media type: a form of another site can send text and forms unasked, and no
 * JSON; and for what is no JSON.
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const bytes = await readBytes(request, mostJsonBytes);
  if (bytes.length === 0) return {};
  if (type !== "application/json") {
    throw new MortarError("invalid_input", "The body has to be JSON", {
      hint: "Send it with Content-Type: application/json.",
    });
  }
  const value = tryJson(new TextDecoder().decode(bytes));
  if (value === undefined) throw new MortarError("invalid_input", "The body is no JSON");
  return value;
}

/** The fields of a form with files. Throws `invalid_input` where it is none. */
export async function readForm(request: Request): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  const bytes = await readBytes(request, mostUploadBytes);
  try {
    return await new Response(bytes, { headers: { "content-type": type } }).formData();
  } catch {
    throw new MortarError("invalid_input", "The body is no form with files", {
      hint: "Send it as multipart/form-data.",
    });
  }
}

/** The value as its schema has it. Throws `invalid_input` that names the first field which is wrong. */
export function checked(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join(".") ?? "";
  const message = issue?.message ?? "The request is not as it should be";
  throw new MortarError("invalid_input", where === "" ? message : `${where}: ${message}`, {
    hint: "/docs says what each route takes.",
  });
}
