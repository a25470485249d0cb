// Cuts the text of a SQL cell into statements, and finds the parameters in one.

/** A quoted text, a quoted name or a comment: nothing inside counts. */
const skipped = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\//y;

/**
 * The statements of a cell, without their semicolons; what holds only comments is none. A BEGIN ... END script is one
 * statement.
 */
export function splitStatements(text: string): readonly string[] {
  const statements: string[] = [];
  let from = 0;
  walk(text, (at) => {
    if (text[at] !== ";") return;
    statements.push(text.slice(from, at));
    from = at + 1;
  });
  statements.push(text.slice(from));
  const real = statements.filter((statement) => firstWord(statement) !== "");
  return real.length > 0 && /^begin$/i.test(firstWord(real[0] ?? "")) ? [text.trim()] : real.map((one) => one.trim());
}

/** The first word of a statement that is not in a comment, or `(` and the like; empty when there is none. */
export function firstWord(statement: string): string {
  let word = "";
  walk(statement, (at) => {
    if (word === "" && /\S/.test(statement[at] ?? "")) word = /^(?:\w+|.)/.exec(statement.slice(at))?.[0] ?? "";
  });
  return word === "" && /['"`]/.test(statement.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, "")) ? "'" : word;
}

/** Names of the `:name` markers. `::` casts, slices and `column:field` paths are none. */
export function parameterNames(statement: string): readonly string[] {
  const names = new Set<string>();
  walk(statement, (at) => {
    if (statement[at] !== ":" || /[\w`)\]:]/.test(statement[at - 1] ?? "")) return;
    const name = /^[A-Za-z_]\w*/.exec(statement.slice(at + 1))?.[0];
    if (name !== undefined) names.add(name);
  });
  return [...names];
}

/** Whether a statement only reads, so that it may run again. */
export function isQuery(statement: string): boolean {
  const word = firstWord(statement.replace(/^[\s(]+/, "")).toLowerCase();
  if (!["select", "values", "from", "table", "with"].includes(word)) return false;
  return !/\binsert\s+(into|overwrite)\b/i.test(statement) || word === "select" || word === "values";
}

/** Calls `visit` with each place of the text outside quotes and comments. */
function walk(text: string, visit: (at: number) => void): void {
  let at = 0;
  while (at < text.length) {
    skipped.lastIndex = at;
    const found = skipped.exec(text);
    if (found !== null) {
      at += found[0].length;
      continue;
    }
    visit(at);
    at += 1;
  }
}
