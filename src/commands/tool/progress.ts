// Progress of a tool on a terminal: one line that is written over, and gone at the end.
import type { Output } from "../../platform/deps.ts";

export interface ProgressLine {
  show(message: string, done?: number, total?: number): void;
  clear(): void;
}

/** Silent unless `output` is a terminal. */
export function progressLine(output: Output, quiet: boolean): ProgressLine {
  if (!output.isTTY || quiet) return { show: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    show: (message, done, total) => {
      const count = done === undefined || total === undefined ? "" : ` (${done}/${total})`;
      const line = `${message.replace(/\s+/g, " ")}${count}`;
      output.write(`\r${line.slice(0, Math.max(output.width - 1, 20))}\u001B[K`);
      shown = true;
    },
    clear: () => {
      if (shown) output.write("\r\u001B[K");
      shown = false;
    },
  };
}
