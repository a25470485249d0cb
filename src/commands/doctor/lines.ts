// What the doctor says to people: a headline a group, a line a finding, what mends it below; no longer than the terminal.
import type { Finding, State } from "../../doctor/check.ts";
import { groupTitles } from "../../doctor/groups.ts";
import type { Mended } from "../../doctor/mend.ts";
import type { CheckResult } from "../../doctor/run.ts";
import type { Step } from "../../doctor/self-test.ts";
import { printable } from "../../platform/log.ts";

export interface Look {
  /** Columns. */
  readonly width: number;
  readonly colour: boolean;
}

const words: Readonly<Record<State, string>> = { pass: "PASS", warn: "WARN", fail: "FAIL", skip: "SKIP" };
const colours: Readonly<Record<State, number>> = { pass: 32, warn: 33, fail: 31, skip: 2 };
const indent = "        ";

export function resultLines(results: readonly CheckResult[], look: Look): string[] {
  const groups = Map.groupBy(results, ({ check }) => check.group);
  return [...groups].flatMap(([group, ofGroup]) => [
    groupTitles[group],
    ...ofGroup.flatMap(({ check, findings }) => findings.flatMap((one) => findingLines(check.title, one, look))),
    "",
  ]);
}

function findingLines(title: string, { state, seen, cure }: Finding, look: Look): string[] {
  const mark = painted(words[state], colours[state], look);
  const said = printable(`${title}: ${seen}`);
  const isBad = state === "warn" || state === "fail";
  // What is well may be cut; what is not has to be read whole.
  const lines = isBad ? wrapped(said, look.width - indent.length) : [cut(said, look.width - indent.length)];
  const cures = cure === undefined || !isBad ? [] : wrapped(printable(cure), look.width - indent.length - 3);
  return [
    ...lines.map((line, index) => (index === 0 ? `  ${mark}  ${line}` : `${indent}${line}`)),
    ...cures.map((line, index) => `${indent}${index === 0 ? "-> " : "   "}${line}`),
  ];
}

function painted(word: string, code: number, { colour }: Look): string {
  return colour ? `\u001B[${code}m${word}\u001B[0m` : word;
}

/** Breaks between words; a word that is too long for a line stays whole, so that it can be copied. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 3))}...`;
}

export type Counts = Readonly<Record<State, number>>;

export function countStates(results: readonly CheckResult[]): Counts {
  const counts: Record<State, number> = { pass: 0, warn: 0, fail: 0, skip: 0 };
  for (const { findings } of results) for (const { state } of findings) counts[state] += 1;
  return counts;
}

/** The sum, and what to do next. */
export function footLines(counts: Counts, next: readonly string[], { width }: Look): string[] {
  const { pass, warn, fail, skip } = counts;
  const sum = `${pass} passed, ${warn} ${warn === 1 ? "warning" : "warnings"}, ${fail} failed, ${skip} skipped`;
  return [sum, ...next].flatMap((line) => wrapped(line, width));
}

const outcomes: Readonly<Record<Mended["outcome"], string>> = {
  done: "Done:",
  left: "Left:",
  failed: "Failed:",
  planned: "Would:",
};

export function mendedLines(mended: readonly Mended[], look: Look): string[] {
  if (mended.length === 0) return ["There was nothing to mend by itself.", ""];
  const lines = mended.flatMap(({ outcome, title, error }) => {
    const text = printable(`${outcomes[outcome]} ${title}${error === undefined ? "" : ` (${error})`}`);
    return wrapped(text, look.width - 2).map((line) => `  ${line}`);
  });
  const isPlan = mended.some(({ outcome }) => outcome === "planned");
  return [isPlan ? "To be mended" : "Mended", ...lines, ""];
}

export function stepLines(steps: readonly Step[], look: Look): string[] {
  return steps.flatMap(({ title, tookMs, seen, error }) =>
    findingLines(
      title,
      { state: error === undefined ? "pass" : "fail", seen: `${seen ?? error ?? ""} (${tookMs} ms)` },
      look,
    ),
  );
}
