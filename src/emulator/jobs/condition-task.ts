// condition_task: compares two values; the tasks below it ask for the outcome.
import type { RunState } from "./documents.ts";
import { misconfigured, succeeded, type Execution, type Finish } from "./executors.ts";
import { resolve } from "./references.ts";

/** Equality is of texts, order is of numbers: "12.0" does not equal "12", but is at least "12". Source: RunConditionTask. */
export function evaluate(op: string, left: string, right: string): boolean | undefined {
  if (op === "EQUAL_TO") return left === right;
  if (op === "NOT_EQUAL") return left !== right;
  const [first, second] = [Number(left), Number(right)];
  if (left.trim() === "" || right.trim() === "" || Number.isNaN(first) || Number.isNaN(second)) return undefined;
  if (op === "GREATER_THAN") return first > second;
  if (op === "GREATER_THAN_OR_EQUAL") return first >= second;
  if (op === "LESS_THAN") return first < second;
  return first <= second;
}

export function runConditionTask(execution: Execution): Finish {
  const { body, lookup } = execution;
  const left = resolve(String(body["left"]), lookup);
  const right = resolve(String(body["right"]), lookup);
  execution.onResolved({ condition_task: { left, right } });
  const outcome = evaluate(String(body["op"]), left, right);
  if (outcome === undefined) {
    return misconfigured(
      `The operands of ${String(body["op"])} must be numbers, but they are '${left}' and '${right}'.`,
    );
  }
  execution.onChange({ outcome: String(outcome) });
  const state: RunState = succeeded;
  return { state, output: {} };
}
