// Which model a request is for, found without reading the body.
import type { Exchange, ModelRequest } from "../types.ts";

/** Values that follow `"model":` anywhere in the body: found without reading it. */
export function namesIn({ body }: ModelRequest): string[] {
  if (!(body instanceof Uint8Array)) return [];
  const first = leadingName(body);
  if (first !== undefined) return [first];
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const names: string[] = [];
  for (let at = buffer.indexOf(key); at !== -1 && names.length < 20; at = buffer.indexOf(key, at + key.length)) {
    const name = value.exec(buffer.toString("utf8", at + key.length, at + key.length + mostValueBytes))?.[1];
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** Most agents write the model first: it is the request's own then, and nothing behind it has to be looked at. */
function leadingName(body: Uint8Array): string | undefined {
  // Called so, it needs no Buffer, which takes longer to make than all else here.
  return leading.exec(Buffer.prototype.toString.call(body, "latin1", 0, leadingBytes))?.[1];
}

const key = '"model"';
const value = /^\s*:\s*"([^"]*)"/;
const mostValueBytes = 300;
const leadingBytes = 160;
// In ASCII alone, and without an escape, so that it is read as it stands.
const leading = /^\{\s*"model"\s*:\s*"([ !#-[\]-~]*)"/;

/** `/v1beta/models/NAME:generateContent`. */
export const pathModel = /^(\/v1(?:beta|alpha)?\/models\/)([^/:]+)(?=:)/;

/** The model that the request most likely is for: good enough to tell one from another, not to change it. */
export function likelyModel({ dialect }: Pick<Exchange, "dialect">, request: ModelRequest): string {
  if (dialect.name === "gemini") return pathModel.exec(request.path)?.[2] ?? "";
  return namesIn(request)[0] ?? "";
}
