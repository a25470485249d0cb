// The text of a PDF, page by page.
import { isObject } from "../../../platform/json.ts";
import { importBytes } from "../../../platform/module-bytes.ts";
import { WebRefusal } from "../refusal.ts";
import type { ReadDocument } from "./document.ts";
import { pdfjsBytes } from "./pdfjs.ts";

/** Beyond so many pages, or so much text, nobody reads on. */
const mostPages = 500;
const mostCharacters = 4_000_000;

interface PdfPage {
  getTextContent(): Promise<{ readonly items: readonly unknown[] }>;
}

interface PdfDocument {
  readonly numPages: number;
  getPage(number: number): Promise<PdfPage>;
  getMetadata(): Promise<{ readonly info: unknown }>;
}

interface PdfModule {
  getDocument(options: object): { readonly promise: Promise<PdfDocument> };
}

/** Throws WebRefusal for what cannot be read: a damaged file, one with a password, one of pictures alone. */
export async function readPdf(bytes: Uint8Array): Promise<ReadDocument> {
  const { getDocument } = await loadPdfjs();
  const document = await open(getDocument, bytes);
  const pages: string[] = [];
  let size = 0;
  for (let number = 1; number <= Math.min(document.numPages, mostPages) && size < mostCharacters; number++) {
    const page = await document.getPage(number);
    const text = pageText((await page.getTextContent()).items);
    pages.push(text);
    size += text.length;
  }
  if (size === 0) throw new WebRefusal("unsupported_content_type", "The PDF has pictures of pages, and no text.");
  const left = document.numPages - pages.length;
  const note = left > 0 ? `\n\n[${left} further pages were not read.]` : "";
  return { title: await titleOf(document), text: pages.filter((text) => text !== "").join("\n\n") + note };
}

let loaded: Promise<PdfModule> | undefined;

function loadPdfjs(): Promise<PdfModule> {
  loaded ??= pdfjsBytes().then(importBytes) as Promise<PdfModule>;
  return loaded;
}

async function open(getDocument: PdfModule["getDocument"], data: Uint8Array): Promise<PdfDocument> {
  try {
    // Nothing in a file of a stranger is run, and nothing that it names is fetched.
    return await getDocument({
      data,
      isEvalSupported: false,
      disableFontFace: true,
      useSystemFonts: false,
      useWorkerFetch: false,
      enableXfa: false,
      verbosity: 0,
    }).promise;
  } catch (thrown) {
    const why = thrown instanceof Error && thrown.name === "PasswordException" ? "asks for a password" : "is damaged";
    throw new WebRefusal("unsupported_content_type", `The PDF ${why}.`, thrown);
  }
}

/** The pieces of a page: one that ends a line says so. */
function pageText(items: readonly unknown[]): string {
  return items
    .filter(isObject)
    .map(({ str, hasEOL }) => `${typeof str === "string" ? str : ""}${hasEOL === true ? "\n" : ""}`)
    .join("")
    .replace(/[ \t]+\n/g, "\n")
    .trim();
}

async function titleOf(document: PdfDocument): Promise<string | undefined> {
  const { info } = await document.getMetadata().catch(() => ({ info: undefined }));
  const title = isObject(info) && typeof info["Title"] === "string" ? info["Title"].trim() : "";
  return title === "" ? undefined : title;
}
