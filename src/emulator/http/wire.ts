// How answers look on the wire: proto3 JSON with bare integers, and each API family's own error shape.
import { errnoOf } from "../../platform/files.ts";
import { rawInteger } from "../../platform/json.ts";
import { ApiFault, type Answer } from "./route.ts";

/** An id for an answer's JSON: the digits, as a bare integer however large. Throws TypeError when it is not digits. */
export function rawId(digits: string): unknown {
  return rawInteger(digits);
}

/** Which error body an API family sends. */
export type ErrorStyle = "standard" | "api12" | "scim" | "oauth";

export function errorStyleOf(path: string): ErrorStyle {
  if (path.startsWith("/api/1.2/")) return "api12";
  if (/^\/api\/2\.\d\/(preview\/)?scim\//.test(path)) return "scim";
  return path.startsWith("/oidc/") ? "oauth" : "standard";
}

/** The handler's answer as a Response. */
export function toResponse(answer: Answer): Response {
  return answer instanceof Response ? answer : jsonResponse(answer);
}

export function jsonResponse(body: object, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

/** Whatever a handler threw, as the workspace would say it. What is not an ApiFault says nothing of its inside. */
export function faultResponse(thrown: unknown, style: ErrorStyle): Response {
  const fault = thrown instanceof ApiFault ? thrown : new ApiFault(500, "INTERNAL_ERROR", wordsFor(thrown));
  return jsonResponse(faultBody(fault, style), fault.status);
}

function wordsFor(thrown: unknown): string {
  const code = errnoOf(thrown);
  const full = code === "ENOSPC" || code === "SQLITE_FULL" || code === "EDQUOT";
  return full ? "The disk with the emulator's data is full." : "The emulator met an unexpected error.";
}

function faultBody(fault: ApiFault, style: ErrorStyle): object {
  switch (style) {
    case "api12":
      return { error: fault.message };
    case "scim":
      return {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
        detail: fault.message,
        status: String(fault.status),
        ...(fault.status === 400 ? { scimType: fault.errorCode } : {}),
      };
    case "oauth":
      return { error: fault.errorCode, error_description: fault.message };
    default:
      return {
        // The gateway before the APIs sends its status as a number where the others send a word.
        error_code: /^\d+$/.test(fault.errorCode) ? Number(fault.errorCode) : fault.errorCode,
        message: fault.message,
        ...(fault.details.length === 0 ? {} : { details: fault.details }),
      };
  }
}
