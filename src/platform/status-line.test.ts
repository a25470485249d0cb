// The status line on a terminal that is played by a small screen: what a person would see, whatever is written beside it.
import { describe, expect, test } from "bun:test";
import { createStatusLine } from "./status-line.ts";

/** The lines that a terminal shows, for the few controls that are used here. */
function screen(columns = 20) {
  const lines = [""];
  let column = 0;
  const put = (sign: string): void => {
    const line = lines.at(-1) ?? "";
    if (sign === "\n") {
      lines.push("");
      column = 0;
    } else if (sign === "\r") column = 0;
    else {
      lines[lines.length - 1] = line.slice(0, column).padEnd(column) + sign + line.slice(column + 1);
      column += 1;
    }
  };
  const write = (text: string): void => {
    text.split("\u001B[K").forEach((part, index) => {
      if (index > 0) lines[lines.length - 1] = (lines.at(-1) ?? "").slice(0, column);
      for (const sign of part) put(sign);
    });
  };
  return { lines, write, width: () => columns };
}

function started(columns?: number) {
  const terminal = screen(columns);
  const status = createStatusLine(terminal);
  const print = (text: string): void => status.around(text, () => terminal.write(text));
  return { status, print, shown: () => terminal.lines };
}

describe("the status line", () => {
  test("is written over by the next one, and leaves nothing behind", () => {
    const { status, shown } = started();
    status.set("Waiting for long");
    status.set("Done");
    expect(shown()).toEqual(["Done"]);
    status.set(undefined);
    expect(shown()).toEqual([""]);
  });

  test("stays below what is written meanwhile", () => {
    const { status, print, shown } = started();
    status.set("Waiting");
    print("one\n");
    print("two\n");
    expect(shown()).toEqual(["one", "two", "Waiting"]);
    status.set(undefined);
    expect(shown()).toEqual(["one", "two", ""]);
  });

  test("does not overwrite a line that is not ended", () => {
    const { status, print, shown } = started();
    print("Go on? ");
    status.set("Waiting");
    expect(shown()).toEqual(["Go on? "]);
    print("no\n");
    expect(shown()).toEqual(["Go on? no", "Waiting"]);
  });

  test("is away while a person types, and comes back", () => {
    const { status, print, shown } = started();
    status.set("Waiting");
    print("Go on? ");
    const resume = status.pause();
    status.set("Still waiting");
    expect(shown()).toEqual(["Go on? "]);
    // The terminal shows what is typed, and the line's end.
    print("y\n");
    resume();
    resume();
    expect(shown()).toEqual(["Go on? y", "Still waiting"]);
    status.set(undefined);
    expect(shown()).toEqual(["Go on? y", ""]);
  });

  test("is cut to the terminal's width: a line that wraps could not be taken away", () => {
    const { status, shown } = started(10);
    status.set("A line that is far too long");
    expect(shown()).toEqual(["A line t…"]);
    status.set("日本語日本語");
    expect(Bun.stringWidth(shown()[0] ?? "")).toBeLessThan(10);
  });

  test("holds no control signs of the text", () => {
    const { status, shown } = started(40);
    status.set("a\u001B[31mb\nc\td");
    expect(shown()).toEqual(["a[31mb c d"]);
  });

  test("bytes end a line as text does", () => {
    const { status, shown } = started();
    status.around(new TextEncoder().encode("x"), () => undefined);
    status.set("Waiting");
    expect(shown()).toEqual([""]);
    status.around(new TextEncoder().encode("x\n"), () => undefined);
    expect(shown()).toEqual(["Waiting"]);
  });
});
