// What the tools that move or delete many files share: their arguments, and how the outcome is told.
import * as z from "zod";
import type { ToolContext } from "../define.ts";
import { tableFields, tableOf, waitSecondsInput } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { waitMs } from "../waiting.ts";
import type { Problem, Transferred } from "./transfer.ts";

export const moveInput = {
  overwrite: z.boolean().default(false),
  resume: z.boolean().default(false).describe("Leave files alone that are there with the same size"),
  wait_seconds: waitSecondsInput(50),
};

export const outcomeFields = {
  state: z.enum(["complete", "incomplete"]),
  failed: z.number(),
  not_tried: z.number(),
  left_out: z.number(),
  ...tableFields,
  not_listed: z.number().optional(),
  hint: z.string().optional(),
};

const mostProblems = 100;

export interface OutcomeWords {
  /** What to do where the time was over. */
  readonly goOn: string;
}

/** The part of the result that every such tool has: `complete` where all was done that was meant. */
export function outcomeOf({ problems, left, timedOut, stoppedBy, done }: Transferred, { goOn }: OutcomeWords) {
  const failed = problems.filter(({ outcome }) => outcome === "failed").length;
  // What failed stands before what was left out, and is not crowded out by it.
  const sorted = problems.toSorted((one, other) => one.outcome.localeCompare(other.outcome, "en"));
  const state: "complete" | "incomplete" = failed === 0 && left === 0 ? "complete" : "incomplete";
  const longer = done === 0 ? "Give it a longer wait_seconds (at most 290). " : "";
  const overTime = timedOut ? `The time was over. ${longer}${goOn}` : undefined;
  const stopped = stoppedBy && `It was stopped: ${stoppedBy.message}. ${stoppedBy.hint ?? ""} ${goOn}`;
  return {
    state,
    failed,
    not_tried: left,
    left_out: problems.length - failed,
    ...tableOf<Problem>(sorted.slice(0, mostProblems), {
      name: ({ name }) => name,
      outcome: ({ outcome }) => outcome,
      why: ({ why }) => why,
    }),
    not_listed: problems.length > mostProblems ? problems.length - mostProblems : undefined,
    hint: stopped ?? overTime ?? takenHint(problems),
  };
}

function takenHint(problems: readonly Problem[]): string | undefined {
  if (!problems.some(({ why }) => why.startsWith("already_exists"))) return undefined;
  return "overwrite: true replaces what is there; resume: true leaves alone what is there with the same size.";
}

interface OutcomeText {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

export function outcomeText({ columns, rows, ...rest }: OutcomeText & Readonly<Record<string, unknown>>): string {
  return fieldText(fieldLines(rest as Parameters<typeof fieldLines>[0]), tableLines(columns, rows));
}

export const isIncomplete = ({ state }: { readonly state: string }): boolean => state === "incomplete";

/** Ends what a call does when its wait is over. */
export function limitOf(context: ToolContext, input: { readonly wait_seconds: number }): AbortSignal {
  return AbortSignal.timeout(waitMs(input, context));
}
