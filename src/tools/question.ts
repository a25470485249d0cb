// The question before something is lost for good. Its names come from outside: from a model, from a workspace in which
// anybody may name a table. They are shown so that none of them can look like words of ours.

declare const cleaned: unique symbol;

/** A sentence that is fit to be shown to a person. `question` alone makes it. */
export type Question = string & { readonly [cleaned]: true };

/** A word of ours that is chosen by an argument: the kind of an object. It is no name, and stands without quotation marks. */
export interface Word {
  readonly word: string;
}

/** What a question is made from: a number, a name, several names, or a word of ours. */
type Part = string | number | readonly string[] | Word;

/**
 * A question with names in it: question`Delete the table ${name} and its ${count} rows?`. Each name stands in quotation marks,
 * and what is in it besides letters, digits and harmless marks is shown by its code. Long names lose their middle.
 */
export function question(words: TemplateStringsArray, ...parts: readonly Part[]): Question {
  const text = words.map((word, at) => `${word}${at < parts.length ? shown(parts[at] ?? "") : ""}`).join("");
  return text as Question;
}

/** For a destructive tool whose calls lose nothing for good, or nothing that is known before they run. */
export const asksNobody = (): undefined => undefined;

/** So many names are shown; of the others the number. */
const mostNames = 12;

function shown(part: Part): string {
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return quoted(part);
  // What is no plain word is a name, whoever says otherwise.
  if ("word" in part) return /^[a-z]+(?: [a-z]+)?$/.test(part.word) ? part.word : quoted(part.word);
  const named = part.slice(0, mostNames).map(quoted).join(", ");
  return part.length > mostNames ? `${named} and ${part.length - mostNames} more` : named;
}

const headChars = 160;
const tailChars = 60;

function quoted(name: string): string {
  const characters = Array.from(name.normalize("NFC"));
  if (characters.length <= headChars + tailChars) return `“${spelled(characters)}”`;
  const ends = `${spelled(characters.slice(0, headChars))}…${spelled(characters.slice(-tailChars))}`;
  return `“${ends}” (${characters.length} characters)`;
}

/** Letters with their marks, digits, and marks that start nothing: no line, no link, no emphasis, no quotation. */
const harmless = /^[\p{L}\p{M}\p{N} ._\-/:@,+=$%&~()';]$/u;

/** What is seen as nothing, although it counts as a letter or a mark: fillers, joiners, selectors. */
const unseen = /^\p{Default_Ignorable_Code_Point}$/u;
const mark = /^\p{M}$/u;
/** Beyond these, marks upon one letter cover the words around it. */
const mostMarks = 3;

function spelled(characters: readonly string[]): string {
  let marks = 0;
  return characters
    .map((one) => {
      marks = mark.test(one) ? marks + 1 : 0;
      const isPlain = harmless.test(one) && !unseen.test(one) && marks <= mostMarks;
      return isPlain ? one : `\\u{${one.codePointAt(0)?.toString(16) ?? ""}}`;
    })
    .join("");
}
