// `mortar __complete`: what a shell's script asks at every TAB. Loads nothing that the answer does not need.
import { answer, readQuestion } from "../../completion/answer.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Deps } from "../../platform/deps.ts";
import { rootTable } from "../table.ts";
import { programTable } from "./programs.ts";

/** How long a prompt waits for the workspace, and for whatever has to be looked up, in milliseconds. */
const workspaceBudgetMs = 150;
const budgetMs = 1_000;

/**
 * The text for stdout. `words` are those after `__complete`. Never throws, and never takes longer than the budget:
 * whatever goes wrong, the answer is that nothing is known.
 */
export async function askCompletion(words: readonly string[], openDeps: () => Promise<Deps>): Promise<string> {
  if (words[0] === "--renew") {
    const [{ renewValues }, deps] = await Promise.all([import("./workspace-values.ts"), openDeps()]);
    await renewValues(deps, words.slice(1)).catch(() => undefined);
    return "";
  }
  const question = readQuestion(words);
  const table = programTable(rootTable, question?.program ?? "mortar");
  if (question === undefined || table === undefined) return "";
  return answer(table, question, async (source, line) => {
    const done = new AbortController();
    const passing = (ms: number) => systemClock.sleep(ms, done.signal).catch(() => undefined);
    const deadline = passing(workspaceBudgetMs);
    const lookUp = async () => {
      const [{ sourceValues }, deps] = await Promise.all([import("./sources.ts"), openDeps()]);
      return sourceValues(deps, source, { line, deadline });
    };
    try {
      return await Promise.race([lookUp(), passing(budgetMs).then(() => [])]);
    } finally {
      done.abort();
    }
  });
}
