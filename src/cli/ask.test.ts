// A line of text from a person.
import { expect, test } from "bun:test";
import { ask } from "./ask.ts";

function terminal(answer: string | undefined, isTTY = true) {
  const written: string[] = [];
  const readLine = async (signal?: AbortSignal): Promise<string | undefined> => {
    signal?.throwIfAborted();
    return answer;
  };
  const stderr = {
    write: (text: string | Uint8Array) => void written.push(String(text)),
    isTTY,
    width: 80,
    colour: false,
  };
  return { deps: { stdin: { isTTY, readLine, readAll: async () => "" }, stderr }, written };
}

const { signal } = new AbortController();

test.each([
  [" text ", "usual", "text"],
  ["", "usual", "usual"],
  ["", undefined, undefined],
])("%j, where %j is usual, is %j", async (answer, usual, expected) => {
  const { deps, written } = terminal(answer);
  expect(await ask(deps, { question: "Address", usual, signal })).toBe(expected as string);
  expect(written).toEqual([usual === undefined ? "Address: " : "Address [usual]: "]);
});

test("nobody is asked without a terminal", async () => {
  const { deps, written } = terminal("x", false);
  expect(await ask(deps, { question: "Address", signal })).toBeUndefined();
  expect(written).toEqual([]);
});

test("Ctrl-D and Ctrl-C end it", async () => {
  await expect(ask(terminal(undefined).deps, { question: "Address", signal })).rejects.toMatchObject({
    name: "AbortError",
  });
  await expect(ask(terminal("x").deps, { question: "Address", signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: "AbortError",
  });
});
