// A browser's text field knows LF alone: a file with CRLF is given its own line ends back, so that no line changes that nobody touched.

const all = /\r\n|\r|\n/g;

/** The text as a field holds it. */
export function asEdited(content: string): string {
  return content.replace(all, "\n");
}

/** The field's text with the line ends that most lines of the file had. */
export function asStored(text: string, content: string): string {
  const ends = content.match(all) ?? [];
  const windows = ends.filter((end) => end === "\r\n").length;
  return windows * 2 > ends.length ? text.replaceAll("\n", "\r\n") : text;
}
