// What a statement destroys for good, as a question to the person: told by its words, and named by its names.
import { question, type Question } from "../../question.ts";
import { effectOf, mainStart, outerWords, outwardCall, readOtherwise } from "./effect.ts";
import { objectAt, tableAt, writtenName, type Place } from "./objects.ts";
import type { SqlStatement } from "./split.ts";
import { tableUse } from "./tables.ts";
import type { Token } from "./tokens.ts";

/** What these statements destroy, one after the other; none for those that destroy nothing. */
export function lossesOf(statements: readonly SqlStatement[], start: Place): readonly Question[] {
  let place = start;
  const losses: Question[] = [];
  for (const { text, tokens } of statements) {
    const loss = lossOf(text, tokens, place);
    if (loss !== undefined) losses.push(loss);
    const { uses } = tableUse(tokens);
    if (uses?.catalog !== undefined) place = { catalog: uses.catalog, schema: uses.schema };
    else if (uses !== undefined) place = { ...place, schema: uses.schema };
  }
  return losses;
}

/** In whichever way the workspace reads it. */
function lossOf(text: string, tokens: readonly Token[], place: Place): Question | undefined {
  const usual = lossIn(tokens, place);
  if (usual !== undefined) return usual;
  for (const other of readOtherwise(text)) {
    const loss = other === "several" ? untold(tokens) : lossIn(other, place);
    if (loss !== undefined) return loss;
  }
  return undefined;
}

function lossIn(tokens: readonly Token[], place: Place): Question | undefined {
  const { effect, kind } = effectOf(tokens);
  if (effect === "read") return undefined;
  const start = mainStart(tokens);
  if (effect === "unknown" || start === undefined) return isHarmlessScript(tokens) ? undefined : untold(tokens);
  const main = tokens.slice(start);
  const own = tellers[kind];
  if (own === undefined) return inserting(main, place);
  return own(main, place);
}

const untold = (tokens: readonly Token[]): Question =>
  question`Run what cannot be told before it runs: ${writtenAs(tokens)}?`;

/** A script in which no word destroys, and that runs no text and no procedure. */
function isHarmlessScript(tokens: readonly Token[]): boolean {
  const isPerilous = tokens.some(({ key }) => perilous.has(key)) || outwardCall(tokens) !== undefined;
  return tokens[0]?.key === "BEGIN" && !isPerilous;
}

const perilous: ReadonlySet<string> = new Set(
  `DROP TRUNCATE DELETE UPDATE MERGE OVERWRITE REPLACE VACUUM GRANT REVOKE DENY OWNER REMOVE EXECUTE CALL PURGE FSCK RESTORE
  IDENTIFIER`.split(/\s+/),
);

type Teller = (tokens: readonly Token[], place: Place) => Question | undefined;

/** The name of what stands there; what is computed stands there as it is written. */
function nameAt(tokens: readonly Token[], from: number, place: Place, find = objectAt): string {
  const found = find(tokens, from, place);
  return found === undefined ? writtenAs(tokens.slice(from)) : writtenName(found);
}

function tableBehind(tokens: readonly Token[], word: string, place: Place): string {
  const at = tokens.findIndex(({ key }) => key === word);
  return nameAt(tokens, at + 1, place, tableAt);
}

const dropped: Readonly<Record<string, (name: string, more: string) => Question>> = {
  TABLE: (name) => question`Drop the table ${name} with all its rows?`,
  CATALOG: (name, more) => question`Drop the catalog ${name} (${more})?`,
  SCHEMA: (name, more) => question`Drop the schema ${name} (${more})?`,
  VOLUME: (name) => question`Drop the volume ${name} with all its files?`,
  VIEW: (name) => question`Drop the view ${name}?`,
  FUNCTION: (name) => question`Drop the function ${name}?`,
  MODEL: (name) => question`Drop the model ${name} with all its versions?`,
};

const drop: Teller = (tokens, place) => {
  if (["TEMPORARY", "TEMP", "VARIABLE"].includes(tokens[1]?.key ?? "")) return undefined;
  const found = objectAt(tokens, 1, place);
  if (found?.is !== "object") return question`Drop ${writtenAs(tokens.slice(1))}?`;
  const kind = found.kind === "DATABASE" ? "SCHEMA" : found.kind.replace(/^FOREIGN /, "");
  const more = outerWords(tokens).includes("CASCADE") ? "with everything in it" : "it has to be empty";
  return dropped[kind]?.(writtenName(found), more) ?? question`Drop the ${kind.toLowerCase()} ${writtenName(found)}?`;
};

/** Without a condition, or with one that says nothing of a row. */
function isBounded(tokens: readonly Token[]): boolean {
  const at = outerIndex(tokens, "WHERE");
  if (at === -1) return false;
  const constants: ReadonlySet<string> = new Set([
    "TRUE",
    "FALSE",
    "NULL",
    "NOT",
    "AND",
    "OR",
    "IS",
    "IN",
    "LIKE",
    "BETWEEN",
  ]);
  const source = outerIndex(tokens.slice(at + 1), "SELECT", "VALUES", "TABLE", "FROM", "WITH");
  return tokens
    .slice(at + 1, source === -1 ? undefined : at + 1 + source)
    .some(({ kind, key }) => kind === "quoted" || (kind === "word" && !constants.has(key) && !/^\d/.test(key)));
}

function outerIndex(tokens: readonly Token[], ...words: readonly string[]): number {
  let depth = 0;
  return tokens.findIndex(({ key }) => {
    if (key === "(") depth += 1;
    if (key === ")") depth -= 1;
    return depth <= 0 && words.includes(key);
  });
}

const create: Teller = (tokens, place) => {
  const replaces = tokens[1]?.key === "OR" && tokens[2]?.key === "REPLACE";
  const from = replaces ? 3 : 1;
  const isTable = ["TABLE", "EXTERNAL"].includes(tokens[from]?.key ?? "");
  if (!replaces || !isTable) return undefined;
  return question`Replace the table ${nameAt(tokens, from, place)} and all its rows, where there is one of that name?`;
};

const alter: Teller = (tokens, place) => {
  const words = outerWords(tokens);
  const owner = words.some((word, at) => word === "OWNER" && words[at + 1] === "TO");
  const replaces = words.some((word, at) => word === "REPLACE" && words[at + 1] === "COLUMNS");
  if (!owner && !replaces && !words.includes("DROP")) return undefined;
  const found = objectAt(tokens, 1, place);
  const name = found === undefined ? writtenAs(tokens.slice(1)) : writtenName(found);
  const change = writtenAs(tokens.slice(found?.next ?? 1));
  if (owner) return question`Give ${name} to another owner: ${change}?`;
  return question`Take away a part of ${name}: ${change}?`;
};

/** Every INSERT that takes the place of what was there. One that says which rows it replaces is bounded. */
const inserting: Teller = (tokens, place) => {
  const words = outerWords(tokens);
  const replaces = words.some((word, at) => word === "REPLACE" && words[at + 1] === "WHERE");
  if (replaces && !isBounded(tokens.slice(outerIndex(tokens, "REPLACE"))))
    return question`Replace all rows of ${tableBehind(tokens, "INTO", place)}?`;
  if (!words.includes("OVERWRITE")) return undefined;
  const names = tokens.flatMap(({ key }, at) => {
    if (key !== "OVERWRITE") return [];
    const from = ["INTO", "DIRECTORY"].includes(tokens[at + 1]?.key ?? "") ? at + 2 : at + 1;
    return [nameAt(tokens, from, place, tokens[from]?.kind === "string" ? objectAt : tableAt)];
  });
  return question`Overwrite what is in ${names}?`;
};

const access: Teller = (tokens) => question`Change who may do what: ${writtenAs(tokens)}?`;

const tellers: Readonly<Record<string, Teller>> = {
  DROP: drop,
  CREATE: create,
  REPLACE: (tokens, place) => question`Replace the table ${nameAt(tokens, 1, place)} and all its rows?`,
  ALTER: alter,
  INSERT: inserting,
  LOAD: inserting,
  TRUNCATE: (tokens, place) => question`Delete all rows of the table ${nameAt(tokens, 1, place, tableAt)}?`,
  DELETE: (tokens, place) =>
    isBounded(tokens) ? undefined : question`Delete all rows of the table ${tableBehind(tokens, "FROM", place)}?`,
  UPDATE: (tokens, place) =>
    isBounded(tokens) ? undefined : question`Change every row of the table ${nameAt(tokens, 1, place, tableAt)}?`,
  MERGE: (tokens, place) => {
    const words = outerWords(tokens).join(" ");
    if (!/\bBY SOURCE\b.*\bDELETE\b/.test(words)) return undefined;
    return question`Delete the rows of ${tableBehind(tokens, "INTO", place)} that the source of a MERGE does not have?`;
  },
  VACUUM: (tokens, place) =>
    question`Delete the old files of ${nameAt(tokens, 1, place, tableAt)}? Earlier versions of it cannot be restored then.`,
  FSCK: (tokens) => question`Take files that are missing out of a table: ${writtenAs(tokens)}?`,
  REMOVE: (tokens, place) => question`Delete the file ${nameAt(tokens, 1, place)} for good?`,
  GRANT: access,
  REVOKE: access,
  DENY: access,
};

const longest = 1_000;

/** The statement in one line, without its comments: what stands in them is no part of it. */
function writtenAs(tokens: readonly Token[]): string {
  let text = "";
  for (const [at, { kind, text: own }] of tokens.entries()) {
    const isTight =
      own === "." || own === "," || own === ")" || tokens[at - 1]?.text === "." || tokens[at - 1]?.text === "(";
    text += `${isTight || text === "" ? "" : " "}${kind === "quoted" ? own.slice(1, -1).replaceAll("``", "`") : own}`;
    if (text.length > longest) break;
  }
  return text;
}

/** What is asked for a script: each loss in its order, as far as a person reads on. */
export function asOne(losses: readonly Question[], statements: number): Question | undefined {
  const [first] = losses;
  if (first === undefined || statements === 1) return first;
  const most = 10;
  const more = losses.length > most ? [question`And ${losses.length - most} more like these.`] : [];
  return [
    question`Run ${statements} statements, of which ${losses.length} lose something?`,
    ...losses.slice(0, most),
    ...more,
  ].join("\n") as Question;
}
