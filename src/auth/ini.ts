// The grammar of ~/.databrickscfg, as the Go tools read it (go-ini with a space required before an inline comment).

export interface IniEntry {
  readonly key: string;
  readonly value: string;
  /** The lines that the entry covers: first and one past the last. */
  readonly from: number;
  readonly to: number;
}

export interface IniBlock {
  readonly name: string;
  /** The line of the `[name]` headline; -1 for keys that stand before any. */
  readonly headline: number;
  readonly entries: IniEntry[];
}

export interface IniFile {
  readonly lines: readonly string[];
  /** In the order of the file; a section that is written twice has two blocks. */
  readonly blocks: readonly IniBlock[];
}

/** A line that the grammar does not allow. It never quotes the line: that may hold a token. */
export class IniError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(`${message} (line ${line})`);
    this.line = line;
  }
}

export const defaultSection = "DEFAULT";

/** Parses the file's text. Throws IniError. */
export function parseIni(text: string): IniFile {
  const lines = splitLines(text);
  const first: IniBlock = { name: defaultSection, headline: -1, entries: [] };
  const blocks = [first];
  let current = first;
  for (let index = 0; index < lines.length;) {
    const line = content(lines[index] ?? "").trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) {
      index += 1;
      continue;
    }
    if (line.startsWith("[")) {
      current = { name: sectionName(line, index), headline: index, entries: [] };
      blocks.push(current);
      index += 1;
      continue;
    }
    const entry = readEntry(lines, index);
    current.entries.push(entry);
    index = entry.to;
  }
  return { lines, blocks };
}

/** All sections by name, doubles merged, the last of a double key winning. DEFAULT is always there. */
export function sectionsOf(file: IniFile): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  for (const block of file.blocks) {
    const section = sections.get(block.name) ?? new Map<string, string>();
    for (const { key, value } of block.entries) section.set(key, value);
    sections.set(block.name, section);
  }
  return sections;
}

/** Lines with their ends, so that joining them gives back the same bytes. A byte order mark stays in the first. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** A line without its end, and without a byte order mark. */
export function content(line: string): string {
  return line.replace(/^\uFEFF/, "").replace(/\r?\n$/, "");
}

function sectionName(line: string, index: number): string {
  const close = line.lastIndexOf("]");
  if (close === -1) throw new IniError("unclosed section", index + 1);
  // Not trimmed: `[ a ]` is another section than `[a]`.
  const name = line.slice(1, close);
  if (name === "") throw new IniError("empty section name", index + 1);
  return name;
}

function readEntry(lines: readonly string[], index: number): IniEntry {
  const line = content(lines[index] ?? "").trim();
  const { key, rest } = readKey(line, index);
  const quoted = readQuoted(lines, index, rest);
  if (quoted !== undefined) return { key, from: index, ...quoted };
  return { key, from: index, ...readPlain(lines, index, rest) };
}

function readKey(line: string, index: number): { key: string; rest: string } {
  const quote = ['"""', '"', "`"].find((mark) => line.startsWith(mark));
  if (quote !== undefined) {
    const end = line.indexOf(quote, quote.length);
    if (end === -1) throw new IniError("missing closing key quote", index + 1);
    const after = line.slice(end + quote.length);
    const delimiter = after.search(/[=:]/);
    if (delimiter === -1) throw noDelimiter(index);
    return { key: line.slice(quote.length, end).trim(), rest: after.slice(delimiter + 1) };
  }
  const delimiter = line.search(/[=:]/);
  if (delimiter === -1) throw noDelimiter(index);
  const key = line.slice(0, delimiter).trim();
  if (key === "") throw new IniError("empty key", index + 1);
  return { key, rest: line.slice(delimiter + 1) };
}

type Value = Pick<IniEntry, "value" | "to">;

/** A value in backticks or triple quotes: comment marks mean nothing in it, and it may span lines. */
function readQuoted(lines: readonly string[], index: number, rest: string): Value | undefined {
  const start = rest.trimStart();
  const quote = ['"""', "`"].find((mark) => start.startsWith(mark));
  // Three quotes alone are a value, not the beginning of one.
  if (quote === undefined || start.trimEnd() === '"""') return undefined;
  const sameLine = start.slice(quote.length);
  const close = sameLine.lastIndexOf(quote);
  if (close !== -1) return { value: sameLine.slice(0, close), to: index + 1 };
  const parts = [sameLine];
  for (let next = index + 1; next < lines.length; next++) {
    const line = content(lines[next] ?? "");
    const end = line.lastIndexOf(quote);
    if (end !== -1) return { value: [...parts, line.slice(0, end)].join("\n"), to: next + 1 };
    parts.push(line);
  }
  throw new IniError(`missing closing quote ${quote}`, index + 1);
}

function readPlain(lines: readonly string[], index: number, rest: string): Value {
  const text = rest.trim();
  if (text.endsWith("\\")) return readContinued(lines, index, text.slice(0, -1));
  return { value: unquote(withoutComment(text)), to: index + 1 };
}

/** A backslash at the end goes on with the next line. Such a value has no comments, and its quotes are part of it. */
function readContinued(lines: readonly string[], index: number, start: string): Value {
  let value = start;
  for (let next = index + 1; next < lines.length; next++) {
    const line = content(lines[next] ?? "").trim();
    value += line;
    if (line === "" || !value.endsWith("\\")) return { value, to: next + 1 };
    value = value.slice(0, -1);
  }
  return { value, to: lines.length };
}

/** An inline comment begins at the first ` #`; only where there is none, at the first ` ;`. */
function withoutComment(text: string): string {
  const hash = text.indexOf(" #");
  const at = hash === -1 ? text.indexOf(" ;") : hash;
  return at === -1 ? text : text.slice(0, at).trim();
}

/** Surrounding quotes go, but only when the same mark stands nowhere else in the value. */
function unquote(text: string): string {
  const mark = text[0];
  if (text.length < 2 || (mark !== '"' && mark !== "'") || !text.endsWith(mark)) return text;
  const inside = text.slice(1, -1);
  return inside.includes(mark) ? text : inside;
}

function noDelimiter(index: number): IniError {
  return new IniError("key-value delimiter not found", index + 1);
}
