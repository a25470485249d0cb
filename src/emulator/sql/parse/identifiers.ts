// Reads IDENTIFIER(...): a name that is given as a text, and is a name and nothing else.
import { SqlFault } from "../engine.ts";
import type { Cursor } from "./cursor.ts";

/** `IDENTIFIER('a.b')` as name parts. The text must be a name and nothing else. */
export function parseIdentifierClause(cursor: Cursor): string[] {
  cursor.expect("IDENTIFIER");
  cursor.expect("(");
  let text = "";
  do text += cursor.string();
  while (cursor.accept("||"));
  cursor.expect(")");
  return namesOf(text);
}

function namesOf(text: string): string[] {
  const shape = /(?:`((?:[^`]|``)+)`|([\p{L}_][\p{L}\p{N}_]*))\s*(\.\s*(?=.)|$)/uy;
  const parts: string[] = [];
  let position = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  while (position < end) {
    shape.lastIndex = position;
    const found = shape.exec(text.slice(0, end));
    if (found === null) break;
    parts.push(found[1]?.replaceAll("``", "`") ?? found[2] ?? "");
    position = shape.lastIndex;
  }
  if (parts.length === 0 || position < end) {
    throw new SqlFault("PARSE_SYNTAX_ERROR", "42601", `Syntax error in IDENTIFIER: '${text}' is not a name.`);
  }
  return parts;
}
