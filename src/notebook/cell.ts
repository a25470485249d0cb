// One cell: from the text in the file to what a person sees, and back.
import { MortarError } from "../platform/errors.ts";
import {
  cellLanguageOf,
  commentTokens,
  magicWords,
  separatorLine,
  type CellLanguage,
  type NotebookLanguage,
} from "./language.ts";

/** A cell as a person sees it. */
export interface CellView {
  /** The language that runs it. A magic that is not a language (`%restart_python`) leaves the notebook's own. */
  readonly language: CellLanguage;
  /** The name after `%` on the first line, as written: `md-sandbox`, `pip`, `matplotlib`. */
  readonly magic?: string;
  readonly title?: string;
  /** Whether the workspace shows the title; set where there is one. */
  readonly showTitle?: boolean;
  /** The text with its magic line, without MAGIC prefixes and title line. Lines end with \n. */
  readonly source: string;
}

export interface CellOptions {
  /** The language of the content, where its first line does not say it by a magic. */
  readonly language?: CellLanguage | undefined;
  /** A new title; null or "" takes the title away; without it the title stays. */
  readonly title?: string | null | undefined;
}

const magicPattern = /^\s*%{1,2}([A-Za-z][\w-]*)(?=\s|$)/;
const oneLineMagics: readonly CellLanguage[] = ["fs", "run", "pip"];

/** Reads a cell's text from a source file: its DBTITLE line, its MAGIC prefixes, its magic. */
export function readCell(raw: string, notebookLanguage: NotebookLanguage): CellView {
  const comment = commentTokens[notebookLanguage];
  const text = raw.includes("\r\n") ? raw.replaceAll("\r\n", "\n") : raw;
  const titled = takeTitle(text, comment);
  const source = isPrefixed(titled.body, comment) ? stripPrefixes(titled.body, comment) : titled.body;
  const magic = magicOf(source);
  return {
    language: (magic === undefined ? undefined : cellLanguageOf(magic)) ?? notebookLanguage,
    ...(magic === undefined ? {} : { magic }),
    ...(titled.title === undefined ? {} : { title: titled.title, showTitle: titled.show }),
    source,
  };
}

/** The name of the magic that `source` starts with, or undefined. */
export function magicOf(source: string): string | undefined {
  return magicPattern.exec(source)?.[1];
}

/**
 * The text that a source file holds for `content`, with \n as line end. `content` is what a person sees, or has its MAGIC
 * prefixes already; `previous` gives the title that stays. Throws `invalid_input` for a separator line in the content, a
 * language that contradicts the content's magic, and a title of several lines.
 */
export function encodeCell(
  content: string,
  notebookLanguage: NotebookLanguage,
  options: CellOptions & { readonly previous?: CellView | undefined } = {},
): string {
  const comment = commentTokens[notebookLanguage];
  const text = contentText(content);
  refuseSeparator(text, notebookLanguage);
  const given = takeTitle(text, comment);
  const title = titleLine(comment, options, given);
  const body = encodeBody(given.body, notebookLanguage, options);
  return title === undefined ? body : `${title}\n${body}`;
}

/** Content with \n as line end, without the one line end that closes a text, and without a byte order mark. */
export function contentText(content: string): string {
  return content
    .replace(/^\uFEFF+/, "")
    .replace(/\r+\n/g, "\n")
    .replace(/\n$/, "");
}

function encodeBody(
  body: string,
  notebookLanguage: NotebookLanguage,
  options: Parameters<typeof encodeCell>[2],
): string {
  const comment = commentTokens[notebookLanguage];
  const prefixed = isPrefixed(body, comment);
  const source = prefixed ? stripPrefixes(body, comment) : body;
  const magic = magicOf(source);
  const wanted = options?.language;
  if (magic !== undefined) {
    refuseOtherLanguage(wanted, cellLanguageOf(magic) ?? notebookLanguage, magic);
    return prefixed ? body : addPrefixes(body, comment);
  }
  if (wanted === undefined || wanted === notebookLanguage) return body;
  const word = options?.previous?.language === wanted ? options.previous.magic : undefined;
  const joint = oneLineMagics.includes(wanted) ? " " : "\n";
  return addPrefixes(`%${word ?? magicWords[wanted]}${joint}${source}`, comment);
}

function refuseOtherLanguage(wanted: CellLanguage | undefined, found: CellLanguage, magic: string): void {
  if (wanted === undefined || wanted === found) return;
  throw new MortarError(
    "invalid_input",
    `The content starts with %${magic}, but its language is said to be ${wanted}`,
    {
      hint: `Leave the language out, or take the %${magic} line out of the content.`,
    },
  );
}

function refuseSeparator(text: string, language: NotebookLanguage): void {
  const separator = separatorLine(language);
  if (!text.includes(separator)) return;
  const line = text.split("\n").findIndex((one) => one.trimEnd() === separator);
  if (line === -1) return;
  throw new MortarError("invalid_input", `Line ${line + 1} of the content is a cell separator (${separator})`, {
    hint: "A cell cannot hold a separator. Give each cell on its own, or write the whole notebook.",
  });
}

interface Titled {
  readonly title: string | undefined;
  readonly show: boolean;
  readonly body: string;
}

/** Takes the DBTITLE line off. Blank lines above it, or above a MAGIC line, go with it: no export has them. */
function takeTitle(text: string, comment: string): Titled {
  const start = firstTextLine(text);
  const end = text.indexOf("\n", start);
  const line = end === -1 ? text.slice(start) : text.slice(start, end);
  const opening = `${comment} DBTITLE `;
  const found = line.startsWith(opening) ? /^(\d),(.*)$/.exec(line.slice(opening.length)) : null;
  if (found === null)
    return { title: undefined, show: false, body: isPrefixed(text, comment) ? text.slice(start) : text };
  return { title: found[2] ?? "", show: found[1] !== "0", body: end === -1 ? "" : text.slice(end + 1) };
}

function titleLine(
  comment: string,
  options: CellOptions & { readonly previous?: CellView | undefined },
  given: Titled,
): string | undefined {
  const kept = given.title === undefined ? options.previous : { title: given.title, showTitle: given.show };
  const title = options.title === undefined ? kept?.title : (options.title ?? undefined);
  if (title === undefined || (title === "" && options.title !== undefined)) return undefined;
  if (/[\r\n]/.test(title)) {
    throw new MortarError("invalid_input", "A cell title is one line", {
      hint: "Take the line ends out of the title.",
    });
  }
  return `${comment} DBTITLE ${kept?.showTitle === false ? 0 : 1},${title}`;
}

/** Whether the first line with text has the MAGIC prefix. */
function isPrefixed(text: string, comment: string): boolean {
  const start = firstTextLine(text);
  const prefix = `${comment} MAGIC`;
  if (!text.startsWith(prefix, start)) return false;
  const after = text[start + prefix.length];
  return after === undefined || after === " " || after === "\n";
}

/** Where the first line that is not blank starts; the end of the text where there is none. */
function firstTextLine(text: string): number {
  const first = text.search(/\S/);
  return first === -1 ? text.length : text.lastIndexOf("\n", first) + 1;
}

function stripPrefixes(text: string, comment: string): string {
  const prefix = `${comment} MAGIC`;
  const strip = (line: string): string => {
    if (line === prefix) return "";
    return line.startsWith(`${prefix} `) ? line.slice(prefix.length + 1) : line;
  };
  return text.split("\n").map(strip).join("\n");
}

function addPrefixes(text: string, comment: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? `${comment} MAGIC` : `${comment} MAGIC ${line}`))
    .join("\n");
}
