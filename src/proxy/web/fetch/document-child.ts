// The process that reads one document: its input is the document, its output what it says. It touches nothing else.
import { isObject } from "../../../platform/json.ts";
import { WebRefusal } from "../refusal.ts";
import type { ReadDocument, Source } from "./document.ts";
import { loadReadHtml } from "./html-room.ts";

/** What the process writes: one line of JSON. */
export type ChildAnswer =
  | { readonly document: ReadDocument }
  | { readonly refusal: { readonly code: WebRefusal["code"]; readonly message: string } };

/** Reads the JSON of a Source, and gives the JSON of a ChildAnswer. Throws what nobody has foreseen. */
export async function answerDocument(input: string): Promise<string> {
  const source = readSource(JSON.parse(input));
  try {
    return JSON.stringify({ document: await readDocument(source) } satisfies ChildAnswer);
  } catch (thrown) {
    if (!(thrown instanceof WebRefusal)) throw thrown;
    const { code, message } = thrown;
    return JSON.stringify({ refusal: { code, message } } satisfies ChildAnswer);
  }
}

/** The reading itself. Throws WebRefusal. */
export async function readDocument(source: Source): Promise<ReadDocument> {
  if (source.kind === "html") {
    const { readHtml } = await loadReadHtml();
    return readHtml(source.text, source.url);
  }
  const { readPdf } = await import("./read-pdf.ts");
  return readPdf(Uint8Array.fromBase64(source.base64));
}

function readSource(value: unknown): Source {
  const { kind, text, url, base64 } = isObject(value) ? value : {};
  if (kind === "html" && typeof text === "string" && typeof url === "string") return { kind, text, url };
  if (kind === "pdf" && typeof base64 === "string") return { kind, base64 };
  throw new TypeError("not a document");
}
