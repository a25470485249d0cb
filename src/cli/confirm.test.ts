// The question before something is destroyed.
import { describe, expect, test } from "bun:test";
import { confirm } from "./confirm.ts";

function ask(answer: string | undefined, terminals = { stdin: true, stderr: true }) {
  const written: string[] = [];
  const deps = {
    stdin: {
      isTTY: terminals.stdin,
      readLine: async (signal?: AbortSignal) => {
        signal?.throwIfAborted();
        return answer;
      },
      readAll: async () => "",
    },
    stderr: {
      write: (text: string | Uint8Array) => void written.push(String(text)),
      isTTY: terminals.stderr,
      width: 80,
      colour: false,
    },
  };
  const agreed = (signal = new AbortController().signal) =>
    confirm(deps, { question: "Delete it?", unasked: "Deleting needs a yes", flag: "--yes", signal });
  return { agreed, written };
}

describe("confirm", () => {
  test.each([
    ["y", true],
    [" Yes ", true],
    ["n", false],
    ["", false],
    ["yep", false],
    ["yes please", false],
  ])("%j is %p", async (answer, expected) => {
    const { agreed, written } = ask(answer);
    expect(await agreed()).toBe(expected);
    expect(written).toEqual(["Delete it? [y/N] "]);
  });

  test("the end of input is a no, and leaves the cursor on a line of its own", async () => {
    const { agreed, written } = ask(undefined);
    expect(await agreed()).toBe(false);
    expect(written.at(-1)).toBe("\n");
  });

  test.each([[{ stdin: false, stderr: true }], [{ stdin: true, stderr: false }]])(
    "where nobody can be asked (%j) nothing is, and the flag is named",
    async (terminals) => {
      const { agreed, written } = ask("y", terminals);
      expect(await agreed().catch((thrown: unknown) => thrown)).toMatchObject({
        code: "usage",
        message: "Deleting needs a yes",
        hint: "Give --yes to do it without a question.",
      });
      expect(written).toEqual([]);
    },
  );

  test("Ctrl-C is no answer", async () => {
    const interrupted = AbortSignal.abort(new DOMException("Interrupted", "AbortError"));
    expect(
      await ask("y")
        .agreed(interrupted)
        .catch((thrown: unknown) => thrown),
    ).toMatchObject({ name: "AbortError" });
  });
});
