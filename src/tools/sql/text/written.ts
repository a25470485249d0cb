// What a statement writes, by the names in it: protected catalogs, schemas and paths are kept by it. What cannot be told may
// be anything.
import { pathTarget, securable, type Target } from "../../targets.ts";
import { effectOf, mainStart, outerWords, outwardCall, readOtherwise } from "./effect.ts";
import { objectAt, placeAt, tableAt, type Place } from "./objects.ts";
import type { SqlStatement } from "./split.ts";
import { tableUse } from "./tables.ts";
import type { Token } from "./tokens.ts";

/** All that these statements write, one after the other: USE holds for those behind it. */
export function writtenByAll(statements: readonly SqlStatement[], start: Place): readonly Target[] {
  let place = start;
  const all: Target[] = [];
  for (const { text, tokens } of statements) {
    all.push(...writtenBy(text, tokens, place));
    const { uses } = tableUse(tokens);
    if (uses?.catalog !== undefined) place = { catalog: uses.catalog, schema: uses.schema };
    else if (uses !== undefined) place = { ...place, schema: uses.schema };
  }
  return all;
}

/** In whichever way the workspace reads it. */
function writtenBy(text: string, tokens: readonly Token[], place: Place): readonly Target[] {
  const others = readOtherwise(text).flatMap((other) =>
    other === "several" ? [anywhere("it may be read as another statement, or as several")] : writtenIn(other, place),
  );
  return [...writtenIn(tokens, place), ...others];
}

function writtenIn(tokens: readonly Token[], place: Place): readonly Target[] {
  const { effect, kind, why } = effectOf(tokens);
  if (effect === "read") return [];
  const start = mainStart(tokens);
  const reaching = outwardCall(tokens);
  if (effect === "unknown" || start === undefined || reaching !== undefined) {
    return [anywhere(why ?? `it calls ${reaching ?? "what is not known"}`)];
  }
  const main = tokens.slice(start);
  const found = (writers[kind] ?? inserts)(main, place);
  return found === undefined ? [anywhere(`what it names behind ${kind} cannot be told`)] : [...found, ...places(main)];
}

const anywhere = (why: string): Target => ({ kind: "anywhere", why });

type Writer = (tokens: readonly Token[], place: Place) => readonly Target[] | undefined;

/** The thing that stands at `from`. */
function at(tokens: readonly Token[], from: number, place: Place, find = objectAt): readonly Target[] | undefined {
  const found = find(tokens, from, place);
  if (found === undefined) return undefined;
  // What lies behind these is another matter than what they are called.
  if (found.is === "elsewhere") return found.kind === "EXTERNAL LOCATION" || found.kind === "SHARE" ? undefined : [];
  return [found.is === "path" ? sqlPath(found.path) : securable(...padded(found.name))];
}

/** One name alone would be taken apart at its dots. */
function padded(name: readonly (string | undefined)[]): readonly (string | undefined)[] {
  return name.length === 1 ? [...name, undefined] : name;
}

/** Behind the first such word that stands outside of parentheses. */
function behind(word: string, find = objectAt): Writer {
  return (tokens, place) => {
    const found = outerIndex(tokens, word);
    return found === undefined ? undefined : at(tokens, found + 1, place, find);
  };
}

function outerIndex(tokens: readonly Token[], word: string): number | undefined {
  let depth = 0;
  for (const [index, { kind, key }] of tokens.entries()) {
    if (key === "(") depth += 1;
    if (key === ")") depth -= 1;
    if (kind === "word" && depth <= 0 && index > 0 && key === word) return index;
  }
  return undefined;
}

/** With an id in the place of a name, nothing is named. */
const second: Writer = (tokens, place) => {
  // A word that is not known here stands before the kind: what it does is not known either.
  const isOther = !isKind(tokens[1]) && isKind(tokens[2]);
  return isOther || tokens[2]?.key === "WITH" ? undefined : at(tokens, 1, place);
};

const secondTable: Writer = (tokens, place) => at(tokens, 1, place, tableAt);

const create: Writer = (tokens, place) => {
  let from = 1;
  if (tokens[from]?.key === "OR") from += 2;
  const word = tokens[from]?.key ?? "";
  // Of the session, which ends with the call.
  if (["TEMPORARY", "TEMP", "GLOBAL"].includes(word)) return [];
  if (word === "POLICY") return behind("ON")(tokens, place);
  // A new one has nothing behind it but its URL, which is told as a place.
  if (word === "SHARE" || (word === "EXTERNAL" && tokens[from + 1]?.key === "LOCATION")) return [];
  return isKind(tokens[from]) ? at(tokens, from, place) : undefined;
};

const drop: Writer = (tokens, place) => {
  const word = tokens[1]?.key ?? "";
  if (word === "TEMPORARY" || word === "TEMP") return [];
  if (word === "POLICY") return behind("ON")(tokens, place);
  return isKind(tokens[1]) ? at(tokens, 1, place) : undefined;
};

const alter: Writer = (tokens, place) => {
  if (tokens[1]?.key === "POLICY") return behind("ON")(tokens, place);
  const target = isKind(tokens[1]) ? at(tokens, 1, place) : undefined;
  const renamed = tokens.findIndex(({ key }, index) => key === "RENAME" && tokens[index + 1]?.key === "TO");
  if (renamed === -1 || target === undefined) return target;
  const found = objectAt(tokens, 1, place);
  const kind = tokens[1];
  if (found?.is !== "object" || kind === undefined) return target;
  // The new name is of the same kind, and lies where the old one does unless it says otherwise.
  const there: Place = { catalog: found.name[0], schema: found.name[1] };
  const next = at([kind, ...tokens.slice(renamed + 2)], 0, there);
  return next === undefined ? undefined : [...target, ...next];
};

/** Every INSERT outside of parentheses: `FROM a INSERT INTO b ... INSERT INTO c ...`. */
const inserts: Writer = (tokens, place) => {
  const all: Target[] = [];
  let depth = 0;
  for (const [index, { key }] of tokens.entries()) {
    if (key === "(") depth += 1;
    if (key === ")") depth -= 1;
    if (key !== "INSERT" || depth > 0) continue;
    const found = insertAt(tokens, index, place);
    if (found === undefined) return undefined;
    all.push(...found);
  }
  return all.length === 0 ? undefined : all;
};

function insertAt(tokens: readonly Token[], from: number, place: Place): readonly Target[] | undefined {
  let next = from + 1;
  if (tokens[next]?.key === "WITH") next += 3;
  const word = tokens[next]?.key;
  if (word !== "INTO" && word !== "OVERWRITE") return undefined;
  next += word === "OVERWRITE" && tokens[next + 1]?.key === "INTO" ? 2 : 1;
  if (tokens[next]?.key === "LOCAL") return undefined;
  if (tokens[next]?.key === "DIRECTORY") next += 1;
  return tokens[next]?.kind === "string" ? at(tokens, next, place) : at(tokens, next, place, tableAt);
}

/** Words behind which a name may follow that is no table's. */
const kindWords: ReadonlySet<string> = new Set(
  `TABLE VIEW FUNCTION PROCEDURE VOLUME MODEL SCHEMA DATABASE CATALOG STREAMING MATERIALIZED METRIC EXTERNAL FOREIGN CONNECTION
  CREDENTIAL STORAGE SERVICE SHARE RECIPIENT PROVIDER METASTORE CLEAN VARIABLE`.split(/\s+/),
);

const isKind = (token: Token | undefined): boolean => kindWords.has(token?.key ?? "");

const granted: Writer = (tokens, place) => {
  const on = outerIndex(tokens, "ON");
  // ANY FILE and ANONYMOUS FUNCTION are of no catalog, and open every one.
  if (on === undefined || ["ANY", "ANONYMOUS"].includes(tokens[on + 1]?.key ?? "")) return undefined;
  return at(tokens, on + 1, place);
};

const none: Writer = () => [];

const writers: Readonly<Record<string, Writer>> = {
  INSERT: inserts,
  UPDATE: secondTable,
  TRUNCATE: secondTable,
  OPTIMIZE: secondTable,
  VACUUM: secondTable,
  RESTORE: secondTable,
  UNDROP: second,
  REFRESH: second,
  REMOVE: second,
  REPLACE: second,
  SYNC: second,
  DELETE: behind("FROM", tableAt),
  MERGE: behind("INTO", tableAt),
  COPY: behind("INTO", tableAt),
  LOAD: behind("INTO", tableAt),
  ANALYZE: (tokens, place) => (tokens[1]?.key === "TABLES" ? tablesOf(tokens, place) : second(tokens, place)),
  MSCK: behind("REPAIR"),
  FSCK: behind("REPAIR"),
  REPAIR: second,
  REORG: second,
  CONVERT: behind("DELTA"),
  GENERATE: behind("FOR"),
  COMMENT: behind("ON"),
  SET: behind("ON"),
  UNSET: behind("ON"),
  GRANT: granted,
  REVOKE: granted,
  DENY: granted,
  CREATE: create,
  DROP: drop,
  ALTER: alter,
  CACHE: none,
  UNCACHE: none,
  CLEAR: none,
};

/** `ANALYZE TABLES IN schema`, or in the schema in use. */
const tablesOf: Writer = (tokens, place) => {
  const word = tokens.findIndex(({ key }) => key === "IN" || key === "FROM");
  if (word === -1) return [securable(place.catalog, place.schema)];
  const [schema, catalog] = (nameParts(tokens, word + 1) ?? []).toReversed();
  return schema === undefined ? undefined : [securable(catalog ?? place.catalog, schema)];
};

function nameParts(tokens: readonly Token[], from: number): readonly (string | undefined)[] | undefined {
  const found = objectAt(tokens, from, {});
  return found?.is === "object" ? found.name.filter((part) => part !== undefined) : undefined;
}

/** Folders that are named as the place of something: what is written into it is written there. */
function places(tokens: readonly Token[]): readonly Target[] {
  const words = outerWords(tokens);
  if (!placing.some((word) => words.includes(word))) return [];
  let depth = 0;
  let optionsDepth: number | undefined;
  return tokens.flatMap(({ key }, index) => {
    if (key === "(") {
      depth += 1;
      if (tokens[index - 1]?.key === "OPTIONS") optionsDepth ??= depth;
    }
    if (key === ")") {
      if (depth === optionsDepth) optionsDepth = undefined;
      depth -= 1;
    }
    const found = placeAt(tokens, index, depth === optionsDepth);
    if (found === undefined) return [];
    return [found.path === undefined ? anywhere("the place that it names is computed") : sqlPath(found.path)];
  });
}

const placing: readonly string[] = ["LOCATION", "OPTIONS", "TBLPROPERTIES", "URL", "INPATH"];

/** In SQL a path without a scheme is one of DBFS. */
function sqlPath(path: string): Target {
  const isOfDbfs = path.startsWith("/") && !/^\/+(?:volumes|workspace|dbfs)\//i.test(path);
  return pathTarget(isOfDbfs ? `dbfs:${path}` : path);
}
