// A position in the tokens of one statement, and the small questions a parser asks of it.
import type { SqlParameter } from "../engine.ts";
import { syntaxError, unboundParameter, unsupported } from "../faults.ts";
import type { SqlFault } from "../engine.ts";
import { placeOf, tokenize, type Token } from "./tokens.ts";

/** Words that end an expression or a relation, so that they are no alias unless AS stands before them. */
const clauseWords = new Set(
  (
    "SELECT FROM WHERE GROUP HAVING QUALIFY ORDER LIMIT OFFSET UNION INTERSECT EXCEPT MINUS ON USING JOIN INNER LEFT RIGHT FULL " +
    "CROSS NATURAL LATERAL WINDOW AND OR NOT IN IS LIKE ILIKE RLIKE REGEXP BETWEEN THEN ELSE END WHEN CASE AS SET VALUES ASC DESC NULLS " +
    "SORT CLUSTER DISTRIBUTE PIVOT UNPIVOT TABLESAMPLE SEMI ANTI WITH DIV ESCAPE FOR OVER FILTER ROWS RANGE BY INTO MATCHED RETURNING WITHIN TIMESTAMP_AS VERSION"
  ).split(" "),
);

export class Cursor {
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly parameters: ReadonlyMap<string, SqlParameter>;
  #position = 0;
  #depth = 0;

  constructor(source: string, parameters: readonly SqlParameter[] = []) {
    this.source = source;
    this.tokens = tokenize(source);
    this.parameters = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  }

  get position(): number {
    return this.#position;
  }

  /** Goes back to a position that `position` gave. */
  rewind(position: number): void {
    this.#position = position;
  }

  peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.#position + ahead, this.tokens.length - 1)];
    if (token === undefined) throw new Error("no tokens");
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#position++;
    return token;
  }

  /** Whether the next tokens are these bare words or operators. */
  at(...words: readonly string[]): boolean {
    return words.every((word, index) => this.peek(index).upper === word && this.peek(index).kind !== "quoted");
  }

  /** Whether the next token is one of these. */
  atAny(...words: readonly string[]): boolean {
    return words.some((word) => this.at(word));
  }

  /** Takes these words when they are next. */
  accept(...words: readonly string[]): boolean {
    if (!this.at(...words)) return false;
    this.#position += words.length;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) throw this.unexpected(`expected ${word}`);
  }

  /** A name: bare or in backticks. */
  name(): string {
    const token = this.peek();
    if (token.kind === "word" || token.kind === "quoted") return this.next().text;
    throw this.unexpected("expected a name");
  }

  /** An alias without AS: any name that is no word of a following clause. */
  bareAlias(): string | undefined {
    const token = this.peek();
    if (token.kind === "quoted") return this.next().text;
    if (token.kind === "word" && !clauseWords.has(token.upper)) return this.next().text;
    return undefined;
  }

  string(): string {
    const token = this.peek();
    if (token.kind === "parameter") {
      const value = this.parameter(token.text).value;
      if (typeof value === "string") {
        this.next();
        return value;
      }
    }
    if (token.kind !== "string") throw this.unexpected("expected a string");
    return this.next().text;
  }

  integer(): number {
    const token = this.peek();
    if (token.kind !== "number" || !/^\d+$/.test(token.text)) throw this.unexpected("expected a whole number");
    this.next();
    return Number(token.text);
  }

  /** Zero or more of `item`, parted by commas, up to and with the closing parenthesis. The opening one was taken. */
  listToParenthesis<T>(item: () => T): T[] {
    if (this.accept(")")) return [];
    const items = this.list(item);
    this.expect(")");
    return items;
  }

  /** One or more of `item`, parted by commas. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(",")) items.push(item());
    return items;
  }

  parameter(name: string): SqlParameter {
    const parameter = this.parameters.get(name);
    if (parameter !== undefined) return parameter;
    throw unboundParameter(name);
  }

  /** Runs `parse` one level deeper; a statement nested beyond reason is refused before it exhausts the stack. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > 200) throw unsupported("expressions and queries nested more than 200 deep");
    try {
      return parse();
    } finally {
      this.#depth--;
    }
  }

  unexpected(hint = ""): SqlFault {
    const token = this.peek();
    return syntaxError(
      token.kind === "end" ? "" : this.source.slice(token.start, token.end),
      placeOf(this.source, token.start),
      hint,
    );
  }

  /** Refuses anything that is left; one closing semicolon is allowed. */
  finish(): void {
    while (this.accept(";"));
    if (this.peek().kind !== "end") throw this.unexpected();
  }

  /** The statement's text between two token positions, as typed. */
  textBetween(from: number, to: number): string {
    const first = this.tokens[from];
    const last = this.tokens[to - 1];
    return first === undefined || last === undefined || to <= from ? "" : this.source.slice(first.start, last.end);
  }
}
