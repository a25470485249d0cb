// What a document is read as, by its type; reading HTML and PDF happens in a process of its own.
import { WebRefusal } from "../refusal.ts";

export type DocumentKind = "html" | "pdf" | "text";

/** The kind of a document. Throws `unsupported_content_type` for what has no text: pictures, archives, programs. */
export function kindOf(contentType: string | null, bytes: Uint8Array): DocumentKind {
  const type = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (startsWith(bytes, "%PDF-")) return "pdf";
  if (type === "application/pdf") throw unsupported("It says that it is a PDF, and is none");
  if (type === "text/html" || type === "application/xhtml+xml") return "html";
  if (isTextType(type)) return looksBinary(bytes) ? refuse(type) : "text";
  // Servers that do not know say one of these, or nothing.
  if (type === "" || type === "application/octet-stream" || type === "binary/octet-stream") {
    if (looksBinary(bytes)) return refuse(type);
    return /^\s*<(?:!doctype html|html|head|body)\b/i.test(Buffer.from(bytes.subarray(0, 512)).toString("latin1"))
      ? "html"
      : "text";
  }
  return refuse(type);
}

function isTextType(type: string): boolean {
  if (type.startsWith("text/")) return true;
  return /^application\/(?:(?:[\w.+-]+\+)?(?:json|xml|yaml)|json5|jsonl|x-ndjson|ndjson|javascript|ecmascript|typescript|x-sh|x-yaml|toml|sql|graphql|rtf|x-tex|x-httpd-php|x-python)$/.test(
    type,
  );
}

/** A NUL does not stand in text, but for UTF-16, which says so in its first bytes. */
function looksBinary(bytes: Uint8Array): boolean {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return !isWide && bytes.subarray(0, 4_096).includes(0);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString("latin1") === text;
}

function refuse(type: string): never {
  throw unsupported(`It is ${type === "" ? "of no type that is known" : type.slice(0, 80)}, which has no text to read`);
}

function unsupported(what: string): WebRefusal {
  return new WebRefusal("unsupported_content_type", `${what}.`);
}

/** A document to be read. `text` is decoded already; a PDF comes as its bytes. */
export type Source =
  | { readonly kind: "html"; readonly text: string; readonly url: string }
  | { readonly kind: "pdf"; readonly base64: string };

export interface ReadDocument {
  readonly title: string | undefined;
  /** Markdown. */
  readonly text: string;
}

/** Reads HTML or PDF. Throws WebRefusal and MortarError. */
export type DocumentReader = (source: Source, signal: AbortSignal) => Promise<ReadDocument>;
