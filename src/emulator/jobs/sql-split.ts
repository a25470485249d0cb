// The text of a SQL file: split into its statements, and its parameters bound.
import type { SqlParameter } from "../sql/engine.ts";

// Quoted text, comments, and the semicolon that ends a statement. Everything else is passed over.
const token = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|;/g;

/** The statements in order, without their semicolons; what holds only comments is left out. */
export function splitStatements(text: string): readonly string[] {
  const statements: string[] = [];
  let start = 0;
  for (const match of text.matchAll(token)) {
    if (match[0] !== ";") continue;
    statements.push(text.slice(start, match.index));
    start = match.index + 1;
  }
  statements.push(text.slice(start));
  return statements.map((statement) => statement.trim()).filter((statement) => !isEmpty(statement));
}

function isEmpty(statement: string): boolean {
  return statement.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, "").trim() === "";
}

export interface BoundStatement {
  readonly text: string;
  /** Those that the text names. */
  readonly parameters: readonly SqlParameter[];
}

// As above, with the two forms of a parameter.
const bindable =
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|\{\{\s*(\w+)\s*\}\}|(?<![:\w]):(\w+)/g;

/**
 * A statement with the older form of parameters, `{{ name }}`, made into `:name`; inside quotes, where no parameter can
 * stand, its value is written. A parameter that the statement does not name is left out.
 */
export function bindParameters(statement: string, given: readonly SqlParameter[]): BoundStatement {
  const byName = new Map(given.map((parameter) => [parameter.name, parameter]));
  const named = new Set<SqlParameter>();
  const text = statement.replace(bindable, (typed, older: string | undefined, newer: string | undefined) => {
    const name = older ?? newer;
    if (name === undefined) return typed.startsWith("'") || typed.startsWith('"') ? inQuotes(typed, byName) : typed;
    const parameter = byName.get(name);
    if (parameter === undefined) return typed;
    named.add(parameter);
    return `:${name}`;
  });
  return { text, parameters: [...named] };
}

function inQuotes(quoted: string, byName: ReadonlyMap<string, SqlParameter>): string {
  const quote = quoted.charAt(0);
  return quoted.replace(/\{\{\s*(\w+)\s*\}\}/g, (typed, name: string) => {
    const parameter = byName.get(name);
    if (parameter === undefined) return typed;
    return (parameter.value ?? "").replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`);
  });
}
