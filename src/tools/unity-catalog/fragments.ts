// Pieces of SQL that callers write: a condition, a type, a function's body. Each must stay the piece that it is, whatever
// stands around it.
import { MortarError } from "../../platform/errors.ts";
import { tokenize, type Token } from "../sql/text/tokens.ts";

/**
 * An expression, or a list of them, as it is. Throws `invalid_input` where it would reach beyond its place: a closing
 * parenthesis of its surroundings, a semicolon, a comment that could swallow what follows, an open string, a variable `${x}`,
 * whose value is put in before anything is read and can make all of these.
 */
export function fragment(text: string, what: string): string {
  const trimmed = text.trim();
  // A session may be set up so that a backslash escapes nothing: it must hold either way.
  const isWhole = [true, false].every((escapes) => isClosed(trimmed, tokenize(trimmed, { escapes })));
  if (trimmed !== "" && isWhole && !trimmed.includes("${")) return trimmed;
  throw new MortarError(
    "invalid_input",
    `${what} is not one whole piece of SQL: ${JSON.stringify(text.slice(0, 200))}`,
    {
      hint: "Close every parenthesis that it opens, and leave out comments, semicolons and ${variables}.",
    },
  );
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

function isClosed(text: string, tokens: readonly Token[]): boolean {
  const open: string[] = [];
  let end = 0;
  for (const { key, start, end: next } of tokens) {
    if (text.slice(end, start).trim() !== "" || key === ";") return false;
    end = next;
    const closed = closing[key];
    if (closed !== undefined) open.push(closed);
    else if ([")", "]", "}"].includes(key) && open.pop() !== key) return false;
  }
  return open.length === 0 && text.slice(end).trim() === "";
}

/** A data type, such as `DECIMAL(10,2)` or `ARRAY<STRUCT<a: INT>>`. Throws `invalid_input` for what is none. */
export function dataType(text: string): string {
  const tokens = tokenize(text);
  const isType = tokens.every(({ kind, key }) => kind === "word" || kind === "quoted" || "<>(),:".includes(key));
  if (tokens[0]?.kind === "word" && isType && balanced(tokens, "<", ">") && balanced(tokens, "(", ")")) {
    return tokens.map((token) => token.text).join(" ");
  }
  throw new MortarError("invalid_input", `${JSON.stringify(text.slice(0, 200))} is not a data type`, {
    hint: "Write STRING, BIGINT, DECIMAL(10,2), ARRAY<STRING>, STRUCT<a: INT>.",
  });
}

function balanced(tokens: readonly Token[], left: string, right: string): boolean {
  let depth = 0;
  for (const { key } of tokens) {
    // `>>` is one symbol to some readers and two to others.
    for (const sign of key) {
      if (sign === left) depth += 1;
      if (sign === right) depth -= 1;
    }
    if (depth < 0) return false;
  }
  return depth === 0;
}
