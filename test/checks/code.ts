// Source text for scanning: which files there are, and their code without comments and strings.
import { Glob } from "bun";
import { join } from "node:path";

export interface SourceFile {
  /** Path from the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export const repositoryRoot = join(import.meta.dir, "..", "..");

/** The TypeScript files below `folder` ("src", "test"), in a fixed order. */
export async function sourceFiles(folder: string): Promise<SourceFile[]> {
  const paths = await Array.fromAsync(new Glob(`${folder}/**/*.{ts,tsx}`).scan({ cwd: repositoryRoot }));
  const sorted = paths.map((path) => path.replaceAll("\\", "/")).toSorted();
  return Promise.all(sorted.map(async (path) => ({ path, text: await Bun.file(join(repositoryRoot, path)).text() })));
}

/** Files that only tests use. */
export function isTestCode(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /(?:^|[/-])testing(?:-[\w-]+)?\.ts$/.test(path) || path.startsWith("test/");
}

/**
 * The text with comments, strings, templates and regular expressions blanked out by spaces, so that positions and lines
 * stay and a search finds code alone. Code inside `${}` of a template stays.
 */
export function codeOnly(text: string): string {
  const out =
    [...text].length === text.length ? text.split("") : Array.from({ length: text.length }, (_, at) => text.charAt(at));
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at++) if (out[at] !== "\n") out[at] = " ";
  };
  const braces: ("block" | "template")[] = [];
  let at = 0;
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    const one = text.charAt(at);
    let end = at + 1;
    if (two === "//") end = endOr(text.indexOf("\n", at), text.length);
    else if (two === "/*") end = endOr(text.indexOf("*/", at + 2), text.length - 2) + 2;
    else if (one === '"' || one === "'") end = stringEnd(text, at);
    else if (one === "`" || (one === "}" && braces.at(-1) === "template")) {
      if (one === "}") braces.pop();
      end = templateEnd(text, at + 1);
      if (text.charAt(end - 1) === "{") braces.push("template");
    } else if (one === "{") braces.push("block");
    else if (one === "}") braces.pop();
    else if (one === "/" && startsRegExp(text, at)) end = regExpEnd(text, at);
    if (end > at + 1) blank(at, end);
    at = end;
  }
  return out.join("");
}

/** The 1-based line of a position. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

function endOr(found: number, otherwise: number): number {
  return found === -1 ? otherwise : found;
}

function stringEnd(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === quote || text[at] === "\n") return at + 1;
  }
  return text.length;
}

/** The end of a template's text: behind its last backtick, or behind the `${` that interrupts it. */
function templateEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "`") return at + 1;
    else if (text[at] === "$" && text[at + 1] === "{") return at + 2;
  }
  return text.length;
}

/** A slash begins a regular expression where an expression may begin. */
function startsRegExp(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 40), at).trimEnd();
  return (
    before === "" || /(?:[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|await|yield))$/.test(before)
  );
}

function regExpEnd(text: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < text.length; at++) {
    const one = text[at];
    if (one === "\n") return start + 1;
    if (one === "\\") at += 1;
    else if (one === "[") inClass = true;
    else if (one === "]") inClass = false;
    else if (one === "/" && !inClass) return at + 1;
  }
  return start + 1;
}
