// Text that someone wants to have as a notebook, made ready for an import in source format.
import { MortarError } from "../platform/errors.ts";
import { commentTokens, headerLine, type NotebookLanguage } from "./language.ts";
import { headerLanguage, parseSource } from "./source.ts";

export interface SourceText {
  /** The text with its header: what the workspace takes as a notebook of `language`. */
  readonly source: string;
  readonly language: NotebookLanguage;
}

/**
 * Gives `content` the header line that makes it a notebook, where it has none. The language is that of the header, else
 * `language`, else what the separators speak for, else Python. Throws `invalid_input` when `language` and header differ.
 */
export function toSource(content: string, language?: NotebookLanguage): SourceText {
  const header = headerLanguage(content);
  if (header === undefined) {
    const actual = parseSource(content, language).language;
    return { source: withHeader(content, actual), language: actual };
  }
  if (language !== undefined && commentTokens[header] !== commentTokens[language]) {
    throw new MortarError("invalid_input", `The content has the header of a ${header} notebook, not of ${language}`, {
      hint: `Leave the language out to write a ${header} notebook, or begin the content with "${headerLine(language)}".`,
    });
  }
  return { source: content, language: language ?? header };
}

function withHeader(content: string, language: NotebookLanguage): string {
  const mark = content.startsWith("\uFEFF") ? "\uFEFF" : "";
  const { lineEnd } = parseSource(content, language);
  return `${mark}${headerLine(language)}${lineEnd}${content.slice(mark.length)}`;
}
