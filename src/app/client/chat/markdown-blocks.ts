// Markdown in parts that stand alone, so that of a text that grows only its last part is read anew. Pure.

const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const listItem = /^(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
/** `[name]: address` and `[^1]: note` hold for the whole text: then it is one part. */
const definition = /^ {0,3}\[[^\]\n]+\]:/m;

interface Reading {
  /** The fence that is open, as it was opened. */
  readonly open: string | undefined;
  readonly isAfterBlank: boolean;
}

const after = ({ open }: Reading, line: string): Reading => {
  const [, marks, rest = ""] = fence.exec(line) ?? [];
  const isAfterBlank = line.trim() === "";
  if (marks === undefined) return { open, isAfterBlank };
  if (open === undefined) {
    // Backticks behind backticks are code in a line, and open nothing.
    const isOpened = !(marks.startsWith("`") && rest.includes("`"));
    return { open: isOpened ? marks : undefined, isAfterBlank };
  }
  const isClosed = marks.startsWith(open) && rest.trim() === "";
  return { open: isClosed ? undefined : open, isAfterBlank };
};

/** Whether a part may begin with this line: nothing before it can reach into it. `first`: the first line of the part before. */
const begins = (line: string, { open, isAfterBlank }: Reading, first: string): boolean => {
  if (open !== undefined || !isAfterBlank || /^\s|^$/.test(line)) return false;
  return !(listItem.test(line) && listItem.test(first));
};

/** The parts; joined they are the text again. */
export const markdownBlocks = (text: string): string[] => {
  if (definition.test(text)) return [text];
  const blocks: string[] = [];
  let part = "";
  let reading: Reading = { open: undefined, isAfterBlank: false };
  for (const line of text.split(/(?<=\n)/)) {
    const plain = line.replace(/\r?\n$/, "");
    if (part !== "" && begins(plain, reading, part)) {
      blocks.push(part);
      part = "";
    }
    part += line;
    reading = after(reading, plain);
  }
  return part === "" ? blocks : [...blocks, part];
};
