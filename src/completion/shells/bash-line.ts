// A half-typed line as bash reads it: its words without their quotes, and which end of it readline will replace.

export interface BashLine {
  /** All words, the program's name first. The last one is being typed and may be empty. */
  readonly words: readonly string[];
  /** The part of the last word that stands before what readline replaces. */
  readonly kept: string;
  /** The quote that is open at the cursor. */
  readonly quote: "" | "'" | '"';
  /** The last word is the target of a redirection. */
  readonly redirects: boolean;
}

interface State {
  words: string[];
  word: string | undefined;
  kept: string;
  quote: BashLine["quote"];
  redirects: boolean;
}

/**
 * Reads the line up to the cursor. Nothing in it is expanded: `$x`, `~` and `$(...)` stay as they are written. `breaks`
 * is COMP_WORDBREAKS: behind the last of these characters that is not quoted, or behind an open quote, begins what
 * readline replaces.
 */
export function readBashLine(line: string, breaks: string): BashLine {
  const state: State = { words: [], word: undefined, kept: "", quote: "", redirects: false };
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    const next = line.charAt(index + 1);
    if (state.quote !== "") index += quoted(state, character, next);
    else if (character === "\\") {
      // A backslash at the very end quotes what will be typed next.
      state.word = (state.word ?? "") + next;
      index += 1;
    } else if (character === "`" || (next === "(" && "$<>".includes(character))) {
      const end = substitutionEnd(line, index);
      state.word = (state.word ?? "") + line.slice(index, end);
      index = end - 1;
    } else bare(state, character, breaks);
  }
  return {
    words: [...state.words, state.word ?? ""],
    kept: state.kept,
    quote: state.quote,
    redirects: state.redirects,
  };
}

/** Where a substitution ends that begins at `start`: behind its closing mark, or at the end of the line. */
function substitutionEnd(line: string, start: number): number {
  if (line[start] === "`") {
    const end = line.indexOf("`", start + 1);
    return end === -1 ? line.length : end + 1;
  }
  let depth = 0;
  for (let index = start + 1; index < line.length; index++) {
    if (line[index] === "(") depth += 1;
    if (line[index] === ")") depth -= 1;
    if (depth === 0) return index + 1;
  }
  return line.length;
}

/** One character inside quotes; returns how many more were read. */
function quoted(state: State, character: string, next: string): 0 | 1 {
  if (character === state.quote) {
    state.quote = "";
    // The closing quote is itself one of the characters that break words.
    state.kept = state.word ?? "";
    return 0;
  }
  if (state.quote === '"' && character === "\\" && '$`"\\\n'.includes(next) && next !== "") {
    state.word = `${state.word}${next}`;
    return 1;
  }
  state.word = `${state.word}${character}`;
  return 0;
}

function bare(state: State, character: string, breaks: string): void {
  if (/\s/.test(character)) return endWord(state);
  if (/[;|&()]/.test(character)) {
    state.words = [];
    state.word = undefined;
    state.kept = "";
    state.redirects = false;
    return;
  }
  if (character === "<" || character === ">") {
    // The number of a descriptor belongs to the redirection.
    if (state.word !== undefined && /^\d+$/.test(state.word)) state.word = undefined;
    endWord(state);
    state.redirects = true;
    return;
  }
  if (character === "'" || character === '"') {
    state.word ??= "";
    state.quote = character;
    state.kept = state.word;
    return;
  }
  state.word = (state.word ?? "") + character;
  if (breaks.includes(character)) state.kept = state.word;
}

/** Ends a word; the target of a redirection is none of the program's. */
function endWord(state: State): void {
  if (state.word === undefined) return;
  if (state.redirects) state.redirects = false;
  else state.words.push(state.word);
  state.word = undefined;
  state.kept = "";
}
