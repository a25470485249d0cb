// One line at the bottom of a terminal that says what is being waited for, kept apart from everything else that is written.

export interface StatusLine {
  /** Shows this line in the place of the last one; undefined takes it away. */
  set(line: string | undefined): void;
  /** Lets `write` put text on the terminal with the line out of its way; `text` is what it writes. */
  around(text: string | Uint8Array, write: () => void): void;
  /** Takes the line away while a person types an answer; the function that it returns brings it back. */
  pause(): () => void;
}

export interface StatusTerminal {
  write(text: string): void;
  /** Columns. */
  width(): number;
}

const eraseLine = "\r\u001B[K";

export function createStatusLine(terminal: StatusTerminal): StatusLine {
  let line: string | undefined;
  let shown = false;
  let paused = 0;
  // Text without a line's end, such as a question: the line would stand behind it and overwrite it.
  let openLine = false;
  const erase = (): void => {
    if (shown) terminal.write(eraseLine);
    shown = false;
  };
  const draw = (): void => {
    if (line === undefined || paused > 0 || openLine) return;
    terminal.write(`${eraseLine}${cut(line, terminal.width() - 1)}`);
    shown = true;
  };
  return {
    set: (next) => {
      line = next;
      if (next === undefined) erase();
      else draw();
    },
    around: (text, write) => {
      erase();
      write();
      const last = text.at(-1);
      if (last !== undefined) openLine = last !== "\n" && last !== 10;
      draw();
    },
    pause: () => {
      erase();
      paused += 1;
      let resumed = false;
      return () => {
        if (resumed) return;
        resumed = true;
        paused -= 1;
        // The answer ended with a line's end of its own.
        openLine = false;
        draw();
      };
    },
  };
}

/** The text without control characters, as much of it as `columns` hold: a line that wraps cannot be erased. */
function cut(text: string, columns: number): string {
  const clean = text.replace(/\s+/g, " ").replace(/\p{Cc}/gu, "");
  if (Bun.stringWidth(clean) <= columns) return clean;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(clean)) {
    if (Bun.stringWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
