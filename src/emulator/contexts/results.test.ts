// The one `results` object of a command: which of a cell's outputs it shows.
import { expect, test } from "bun:test";
import type { CellResult } from "../kernel/types.ts";
import { commandResults } from "./results.ts";

const base = { state: "finished", startedAt: 1, finishedAt: 2 } as const;
const text = { type: "text", text: "hello\n" } as const;
const image = { type: "image", mime: "image/png", base64: "AAAA" } as const;
const table = {
  type: "table",
  columns: [{ name: "n", type: "int" }],
  rows: [[1], [null]],
  truncated: true,
} as const;

test.each<[string, Partial<CellResult>, object]>([
  ["nothing", { outputs: [] }, { resultType: "text", data: "" }],
  ["text", { outputs: [text, text] }, { resultType: "text", data: "hello\nhello" }],
  ["text that was cut", { outputs: [text], truncated: true }, { resultType: "text", data: "hello", truncated: true }],
  ["html", { outputs: [{ type: "html", html: "<b>x</b>" }] }, { resultType: "text", data: "<b>x</b>" }],
  ["an image", { outputs: [text, image] }, { resultType: "image", fileName: "data:image/png;base64,AAAA" }],
  [
    "images",
    { outputs: [image, image] },
    { resultType: "images", fileNames: Array(2).fill("data:image/png;base64,AAAA") },
  ],
  [
    "a table before all but an error",
    { outputs: [text, table, image] },
    {
      resultType: "table",
      data: [[1], [null]],
      schema: [{ name: "n", type: '"int"', metadata: "{}" }],
      truncated: true,
      isJsonSchema: true,
    },
  ],
  [
    "an error",
    { outputs: [table], state: "error", error: { summary: "NameError: x", trace: "Traceback..." } },
    { resultType: "error", summary: "NameError: x", cause: "Traceback..." },
  ],
  ["an exit", { outputs: [text], exit: "done" }, { resultType: "text", data: "hello\nNotebook exited: done" }],
])("%s", (_name, result, expected) => {
  expect(commandResults({ ...base, outputs: [], ...result })).toEqual(expected);
});
