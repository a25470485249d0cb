// For tests of the dialects: calling them and reading their streams.
import type { TestAnswer, TestEmulator } from "../testing-server.ts";

/** The JSON data of a stream's events, in order; what is no JSON (`[DONE]`) as text. */
export function streamData(text: string): Record<string, unknown>[] {
  return [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, line = ""]) => JSON.parse(line));
}

/** Sets the scenario. Throws when it is refused. */
export async function setTurns(emulator: TestEmulator, turns: readonly object[], more: object = {}): Promise<void> {
  const answer: TestAnswer = await emulator.control("PUT scenario", { turns, ...more });
  if (answer.status !== 200) throw new Error(answer.text);
}
