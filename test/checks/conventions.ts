// The conventions that a linter does not know, as checks of one file each.
import { codeOnly, isTestCode, lineOf, type SourceFile } from "./code.ts";

export interface Convention {
  readonly name: string;
  /** Files that it holds for. */
  readonly applies: (path: string) => boolean;
  /** What breaks it, as sentences; a line number first where there is one. */
  readonly find: (file: SourceFile) => readonly string[];
}

export const lineLimit = 360;

/** Files that are nothing but data or types, by name: a table may be as long as its subject. */
const isTable = (path: string): boolean => /(?:^|[/-])(?:table|tables|types|flags|schema|fields)\.ts$/.test(path);
const isProduct = (path: string): boolean => path.startsWith("src/") && !isTestCode(path);
/** The page runs in a browser, which has no Deps. */
const isPage = (path: string): boolean => path.startsWith("src/app/client/");
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

export const conventions: readonly Convention[] = [
  {
    name: "no console",
    applies: isProduct,
    find: matching(/\bconsole\s*\.\s*\w+/g, "writes to the console past the one renderer"),
  },
  {
    name: "no process.env in rooms",
    applies: (path) => isProduct(path) && !["src/platform/system.ts", "src/run-main.ts", "src/main.ts"].includes(path),
    find: matching(/\b(?:process|Bun)\s*\.\s*env\b/g, "reads the environment past Deps"),
  },
  {
    name: "no clock past Deps",
    applies: (path) => isProduct(path) && !isPage(path) && path !== "src/platform/clock.ts",
    find: matching(/\bDate\s*\.\s*now\b|\bnew\s+Date\s*\(\s*\)/g, "reads the clock past Deps"),
  },
  {
    name: "no global fetch",
    applies: (path) => isProduct(path) && !isPage(path) && path !== "src/platform/system.ts",
    find: (file) => {
      // Where a parameter or a part of Deps is called fetch, the bare name means that one.
      const isOwn = /\bfetch\s*[:,}]/.test(codeOnly(file.text));
      const pattern = isOwn
        ? /(?<!typeof\s+)\bglobalThis\s*\.\s*fetch\b/g
        : /(?<![\w.$])(?:globalThis\s*\.\s*)?fetch\s*\(/g;
      return matching(pattern, "fetches past Deps")(file);
    },
  },
  {
    name: "no default export",
    // A declaration file says what a text import gives, and that is a default export.
    applies: (path) => path.startsWith("src/") && !path.endsWith(".d.ts"),
    find: matching(/\bexport\s+default\b|\bas\s+default\b/g, "exports by default"),
  },
  {
    name: "no barrel",
    applies: isProduct,
    find: matching(/^[ \t]*export\s+\*/gm, "passes on another file's exports"),
  },
  {
    name: "a file is one idea",
    applies: (path) => isProduct(path) && !isTable(path),
    find: ({ text }) => {
      const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
      return lines > lineLimit ? [`has ${lines} lines, more than ${lineLimit}`] : [];
    },
  },
  {
    name: "a header comment",
    applies: (path) => !isTest(path),
    find: ({ text }) =>
      /^(?:#!.*\n)?\/\/ \S|^\/\*\*? \S/.test(text) ? [] : ["1: does not say on its first line what it is for"],
  },
  {
    name: "no test left out",
    applies: isTest,
    find: matching(/\b(?:it|test|describe)(?:\s*\.\s*\w+)*\s*\.\s*(?:skip|only|todo|failing)\b/g, "leaves tests out"),
  },
  {
    name: "no sleeping for time",
    applies: isTest,
    find: (file) => {
      const pattern = /\bBun\s*\.\s*sleep(?:Sync)?\s*\(|\bawait\s+setTimeout\s*\(/g;
      const lines = codeOnly(file.text).split("\n");
      return matching(
        pattern,
        "sleeps instead of waiting for a condition",
      )(file).filter((sentence) => !isInLoop(lines, Number.parseInt(sentence, 10)));
    },
  },
  {
    name: "kebab-case names",
    applies: () => true,
    find: ({ path }) =>
      /\/[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.d)?\.tsx?$/.test(`/${path}`) ? [] : ["is not named in kebab-case"],
  },
];

/** Every breach in `files`, as `path: sentence`. `allowed` names `path: convention` with the reason why it may stay. */
export function breaches(files: readonly SourceFile[], allowed: Readonly<Record<string, string>>): string[] {
  const unused = new Set(Object.keys(allowed));
  const found = files.flatMap((file) =>
    conventions.flatMap(({ name, applies, find }) => {
      const sentences = applies(file.path) ? find(file) : [];
      const key = `${file.path}: ${name}`;
      if (sentences.length === 0 || !Object.hasOwn(allowed, key)) return sentences.map((one) => `${file.path}:${one}`);
      unused.delete(key);
      return [];
    }),
  );
  return [...found, ...[...unused].map((key) => `${key} is allowed but not needed`)];
}

/** A pause within a loop asks for a condition again and again: its head stands above, indented no further. */
function isInLoop(lines: readonly string[], line: number): boolean {
  const indent = (text: string): number => text.search(/\S|$/);
  const own = lines[line - 1] ?? "";
  const above = lines.slice(Math.max(0, line - 15), line);
  return above.some((text) => /\b(?:while|for|do)\b/.test(text) && indent(text) <= indent(own));
}

function matching(pattern: RegExp, what: string): Convention["find"] {
  return ({ text }) => {
    const code = codeOnly(text);
    return [...code.matchAll(pattern)].map(({ index }) => `${lineOf(code, index)}: ${what}`);
  };
}
