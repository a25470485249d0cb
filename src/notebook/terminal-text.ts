// What a terminal would leave on the screen of text that a program wrote for one: no escapes, no overwritten progress.

// CSI (colours, cursor), OSC (titles, links), then the two-byte escapes: ECMA-48, sections 5.4, 5.6 and 8.3.
const escapes = new RegExp(
  ["\\u001B\\[[0-?]*[ -/]*[@-~]", "\\u001B\\][^\\u0007\\u001B]*(?:\\u0007|\\u001B\\\\)?", "\\u001B[ -/]*[0-~]"].join(
    "|",
  ),
  "g",
);

/** The text without ANSI escape sequences. Line ends become \n. */
export function stripAnsi(text: string): string {
  return (text.includes("\u001B") ? text.replace(escapes, "") : text).replaceAll("\r\n", "\n");
}

/** The text as a screen would show it: without escapes, and of a line written over by \r only what was written last. */
export function screenText(text: string): string {
  const plain = stripAnsi(text);
  if (!plain.includes("\r")) return plain;
  return plain.split("\n").map(lastWritten).join("\n");
}

function lastWritten(line: string): string {
  const end = line.endsWith("\r") ? line.length - 1 : line.length;
  return line.slice(line.lastIndexOf("\r", end - 1) + 1, end);
}
