// The import statements of a file, types and dynamic ones included.
import { codeOnly, lineOf } from "./code.ts";

export interface Import {
  /** What stands in the quotes. */
  readonly specifier: string;
  /** `value` runs at start, `type` is gone at run time, `dynamic` runs when it is reached. */
  readonly kind: "value" | "type" | "dynamic";
  readonly line: number;
}

// On blanked code the quoted part is white space; it is read from the text at the same place.
const statements: readonly [RegExp, Import["kind"] | undefined][] = [
  [/\b(?:import|export)\s+(type\s+)?(?:[\w$*]|\{)[\w$*\s,{}]*?\bfrom(\s+)/g, undefined],
  [/(?:^|;)[ \t]*import([ \t]{3,})/gm, "value"],
  [/\bimport\(\s{3,}/g, "dynamic"],
  [/\bimport\.meta\.resolve\(\s{3,}/g, "dynamic"],
];

/** Every import, re-export and dynamic import with a fixed specifier, in the order of the file. */
export function readImports(text: string): Import[] {
  const code = codeOnly(text);
  const found: (Import & { at: number })[] = [];
  for (const [pattern, fixed] of statements) {
    for (const match of code.matchAll(pattern)) {
      const keyword = fixed === undefined ? match.index + match[0].trimEnd().length : match.index;
      const specifier = /^[^"'`]*["'`]([^"'`\n]*)["'`]/.exec(
        text.slice(keyword, match.index + match[0].length + 1),
      )?.[1];
      if (specifier === undefined) continue;
      const kind = fixed ?? (match[1] === undefined ? "value" : "type");
      found.push({ specifier, kind, line: lineOf(text, match.index), at: match.index });
    }
  }
  return found.toSorted((left, right) => left.at - right.at).map(({ at: _at, ...one }) => one);
}
