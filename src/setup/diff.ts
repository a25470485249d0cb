// What would change in a file, line by line, without a secret in it.
import { redact } from "../platform/log.ts";
import type { Secret } from "../platform/secret.ts";

export interface Preview {
  readonly file: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

interface DiffOptions {
  readonly colour: boolean;
  /** Values that stand nowhere in what is shown. */
  readonly secrets: readonly Secret[];
}

type Sign = " " | "+" | "-";

interface Line {
  readonly sign: Sign;
  readonly text: string;
}

const around = 2;

/** The changed lines of each file with a few around them. Ends with a line end; empty without a change. */
export function diffText(previews: readonly Preview[], options: DiffOptions): string {
  return previews.map((preview) => fileDiff(preview, options)).join("");
}

function fileDiff({ file, before, after }: Preview, options: DiffOptions): string {
  if (before === after) return "";
  const { colour } = options;
  const lines = compared(linesOf(before), linesOf(after));
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ sign }) => sign !== " "),
  );
  const parts: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (near[at] === true) parts.push(painted(line, options));
    else if (near[at - 1] === true || at === 0) parts.push(paint("    ...", 2, colour));
  }
  const what = title(before, after);
  return `${paint(`${file}${what}`, 1, colour)}\n${parts.join("\n")}\n`;
}

function title(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return " (new)";
  return after === undefined ? " (removed)" : "";
}

function linesOf(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

const codes: Readonly<Record<Sign, number>> = { " ": 2, "+": 32, "-": 31 };

function painted({ sign, text }: Line, { colour, secrets }: DiffOptions): string {
  return paint(`  ${sign} ${masked(text, secrets)}`, codes[sign], colour);
}

function paint(text: string, code: number, colour: boolean): string {
  return colour ? `\u001B[${code}m${text}\u001B[0m` : text;
}

const tellingName =
  /^(\s*(?:export\s+)?["']?[\w.-]*(?:token|key|secret|passw|credential|authorization|cookie|headers)[\w.-]*["']?\s*[:=]\s*)(["']?)(?:(?!\2\s*,?\s*$).)+\2(\s*,?)\s*$/i;
const harmlessName = /helper|ttl|tokens\b|hasCompleted|keybinding|mcpServers/i;

/** The line for the eyes of whoever looks over the shoulder: values of telling names and the given secrets as `***`. */
export function masked(line: string, secrets: readonly Secret[]): string {
  const known = secrets.reduce((text, secret) => text.replaceAll(secret.reveal(), "***"), line);
  const name = /^[^:=]*/.exec(known)?.[0] ?? "";
  const own = harmlessName.test(name) ? known : known.replace(tellingName, "$1$2***$2$3");
  // A terminal takes control characters for commands.
  return redact(own).replace(/[^\P{Cc}\t]/gu, " ");
}

/** The longest common lines stay; files of settings are short, and larger ones are compared from both ends. */
function compared(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const left = before.slice(start, before.length - end);
  const right = after.slice(start, after.length - end);
  const same = (text: string): Line => ({ sign: " ", text });
  return [...before.slice(0, start).map(same), ...middle(left, right), ...before.slice(before.length - end).map(same)];
}

const mostCells = 4_000_000;

function middle(left: readonly string[], right: readonly string[]): readonly Line[] {
  const removed = (text: string): Line => ({ sign: "-", text });
  const added = (text: string): Line => ({ sign: "+", text });
  if (left.length * right.length > mostCells) return [...left.map(removed), ...right.map(added)];
  const width = right.length + 1;
  const common = new Uint32Array((left.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      common[row * width + column] =
        left[row] === right[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    const [one, other] = [left[row], right[column]];
    if (one !== undefined && one === other) {
      lines.push({ sign: " ", text: one });
      row += 1;
      column += 1;
    } else if (one !== undefined && (other === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(removed(one));
      row += 1;
    } else {
      lines.push(added(other ?? ""));
      column += 1;
    }
  }
  return lines;
}
