// The headers of every answer: what a browser may do with it, and what it may not.

const common = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
} as const;

/** Nothing from elsewhere, no inline script, no frame around us. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const dataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export const pageHeaders = { ...common, "content-security-policy": pagePolicy, "x-frame-options": "DENY" } as const;

export const jsonHeaders = {
  ...common,
  "content-security-policy": dataPolicy,
  "cache-control": "no-store",
} as const;

export const streamHeaders = {
  ...jsonHeaders,
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  // Says to proxies of the nginx kind that they are not to gather it.
  "x-accel-buffering": "no",
} as const;

/** A download is never shown as a page of ours, whatever is in it. */
export function downloadHeaders(fileName: string, type: string): Record<string, string> {
  return {
    ...jsonHeaders,
    "content-security-policy": `${dataPolicy}; sandbox`,
    "content-type": type,
    "content-disposition": `attachment; ${dispositionNames(fileName)}`,
  };
}

/** RFC 6266: the name in ASCII for old clients, and as it is, by RFC 8187. */
function dispositionNames(fileName: string): string {
  const safe = fileName
    .normalize("NFC")
    // Control characters, those that turn the direction of writing, and what file systems do not take.
    .replace(/[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069/\\:*?"<>|]/gu, "_")
    .slice(-200);
  const plain = safe.replace(/[^\x20-\x7E]/g, "_").replace(/%/g, "_");
  const encoded = encodeURIComponent(safe.toWellFormed()).replace(
    /['()*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${plain}"; filename*=UTF-8''${encoded}`;
}
