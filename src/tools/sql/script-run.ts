// The statements of one text on one warehouse: in order, side by side where nothing can tell the difference, no further
// than the first that fails.
import type { Statement, StatementRequest } from "../../workspace/statements.ts";
import type { ToolContext } from "../define.ts";
import { runStatement } from "./statement-run.ts";
import type { OrderedStatement } from "./text/order.ts";

export interface ScriptStep {
  readonly ordered: OrderedStatement;
  /** Undefined where it was not run. */
  readonly statement: Statement | undefined;
}

export interface ScriptRequest extends Omit<StatementRequest, "statement"> {
  readonly steps: readonly OrderedStatement[];
  /** How many may run at once. */
  readonly parallel: number;
  /** For all of them, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * What each statement came to. After one that failed, or that still runs when the time is over, no other begins; those
 * that have begun end. USE holds for what stands behind it, although each statement has a session of its own. Throws what
 * the workspace refuses, after the others that had begun have ended.
 */
export async function runScript(context: ToolContext, request: ScriptRequest): Promise<readonly ScriptStep[]> {
  const { steps, parallel, timeoutMs, ...common } = request;
  const deadlineMs = context.deps.clock.now() + timeoutMs;
  const done = new Map<number, Statement>();
  const running = new Map<number, Promise<void>>();
  let place = { catalog: request.catalog, schema: request.schema };
  let isOver = false;
  const refusals: unknown[] = [];
  const start = async (at: number, { statement, use }: OrderedStatement): Promise<void> => {
    try {
      const leftMs = Math.max(0, deadlineMs - context.deps.clock.now());
      const outcome = await runStatement(context, { ...common, ...place, statement: statement.text }, leftMs);
      done.set(at, outcome);
      if (outcome.state !== "SUCCEEDED") isOver = true;
      else if (use.uses?.catalog !== undefined) place = { catalog: use.uses.catalog, schema: use.uses.schema };
      else if (use.uses !== undefined) place = { ...place, schema: use.uses.schema };
    } catch (thrown) {
      isOver = true;
      refusals.push(thrown);
    } finally {
      running.delete(at);
    }
  };
  const begun = new Set<number>();
  for (;;) {
    for (const [at, step] of steps.entries()) {
      if (isOver || running.size >= parallel) break;
      if (begun.has(at) || !step.behind.every((earlier) => done.has(earlier))) continue;
      begun.add(at);
      context.progress(`statement ${begun.size} of ${steps.length}`, done.size, steps.length);
      running.set(at, start(at, step));
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  if (refusals.length > 0) throw refusals[0];
  return steps.map((ordered, at) => ({ ordered, statement: done.get(at) }));
}
