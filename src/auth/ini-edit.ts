// Changing single keys of ~/.databrickscfg. Every line that is not meant stays as it is, byte for byte.
import { MortarError } from "../platform/errors.ts";
import { content, parseIni, type IniBlock, type IniFile } from "./ini.ts";

/** Keys with their new values; `undefined` removes the key. */
export type KeyChanges = Readonly<Record<string, string | undefined>>;

/**
 * The text with the section's keys set or removed. A section that is not there is added at the end. Where a section or
 * key is written twice, the one that counts (the last) is changed. Throws IniError when the text does not parse,
 * `invalid_input` for a name or value that would become lines of another section.
 */
export function editSection(text: string, section: string, changes: KeyChanges): string {
  let edited = text;
  for (const [key, value] of Object.entries(changes)) {
    if (value !== undefined) refuseUnwritable(section, key, value);
    edited = value === undefined ? removeKey(edited, section, key) : setKey(edited, section, key, value);
  }
  return edited;
}

/** The text without the section, with its comments inside it. The implicit DEFAULT at the top of a file loses its keys. */
export function removeSection(text: string, section: string): string {
  const file = parseIni(text);
  const drop = new Set<number>();
  file.blocks.forEach((block, position) => {
    if (block.name !== section) return;
    for (const entry of block.entries) for (let line = entry.from; line < entry.to; line++) drop.add(line);
    if (block.headline < 0) return;
    const end = lastOwnLine(file, position);
    for (let line = block.headline; line < end; line++) drop.add(line);
  });
  const mark = text.startsWith("\uFEFF") && drop.has(0) ? "\uFEFF" : "";
  return mark + file.lines.filter((_, index) => !drop.has(index)).join("");
}

function setKey(text: string, section: string, key: string, value: string): string {
  const file = parseIni(text);
  const lines = [...file.lines];
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const blocks = file.blocks.filter((block) => block.name === section);
  const present = blocks.flatMap((block) => block.entries).findLast((entry) => entry.key === key);
  if (present !== undefined) {
    if (present.value === value) return text;
    const old = lines[present.from] ?? "";
    const bare = `${head(old)}${written(value)}`;
    const tail = tailComment(old, present);
    // A comment that would become a part of the new value has to go.
    const kept = readsBack(bare + tail, value) ? bare + tail : bare;
    const line = `${kept}${lineEnd(old, lines, present.to, end)}`;
    lines.splice(present.from, present.to - present.from, line);
    return lines.join("");
  }
  const home = blocks.findLast((block) => block.headline >= 0 || block.entries.length > 0);
  if (home === undefined) return appendSection(text, section, `${key} = ${written(value)}`, end);
  const at = home.entries.at(-1)?.to ?? home.headline + 1;
  const before = lines[at - 1] ?? "";
  if (!before.endsWith("\n")) lines[at - 1] = `${before}${end}`;
  // A value that is folded to the end of the file would take the new line in.
  if (home.entries.length > 0 && content(before).trimEnd().endsWith("\\")) lines[at - 1] += end;
  lines.splice(at, 0, `${indentOf(home, file)}${aligned(home, file, key)}${written(value)}${end}`);
  return lines.join("");
}

function refuseUnwritable(section: string, key: string, value: string): void {
  const [, block, ...others] = blocksOf(`[${section}]\n${key} = ${written(value)}\n`);
  const entry = block?.entries[0];
  const same = block?.name === section && block.entries.length === 1 && entry?.key === key && entry.value === value;
  if (same && others.length === 0) return;
  throw new MortarError("invalid_input", `The ${key} of profile ${JSON.stringify(section)} cannot be written`, {
    hint: "The profile's name and its values must be single lines of text.",
  });
}

function blocksOf(text: string): readonly IniBlock[] {
  try {
    return parseIni(text).blocks;
  } catch {
    return [];
  }
}

function readsBack(line: string, value: string): boolean {
  return blocksOf(line)[0]?.entries[0]?.value === value;
}

function removeKey(text: string, section: string, key: string): string {
  const file = parseIni(text);
  const drop = new Set<number>();
  for (const block of file.blocks) {
    if (block.name !== section) continue;
    for (const entry of block.entries) {
      if (entry.key !== key) continue;
      for (let line = entry.from; line < entry.to; line++) drop.add(line);
    }
  }
  const mark = text.startsWith("\uFEFF") && drop.has(0) ? "\uFEFF" : "";
  return mark + file.lines.filter((_, index) => !drop.has(index)).join("");
}

function appendSection(text: string, section: string, firstLine: string, end: string): string {
  const bare = text.replace(/^\uFEFF/, "");
  const closed = bare === "" || bare.endsWith("\n") ? text : text + end;
  const gap = bare === "" || /\n\r?\n$/.test(closed) ? "" : end;
  return `${closed}${gap}[${section}]${end}${firstLine}${end}`;
}

/** Comments directly above the next headline belong to that one, with the blank lines before them. */
function lastOwnLine(file: IniFile, position: number): number {
  const next = file.blocks[position + 1];
  if (next === undefined) return file.lines.length;
  let end = next.headline;
  while (end > 0 && /^\s*[#;]/.test(content(file.lines[end - 1] ?? ""))) end -= 1;
  return end;
}

const valueHead = /^\uFEFF?\s*(?:"""[^]*?"""|"[^"]*"|`[^`]*`|[^=:"`][^=:]*)\s*[=:][ \t]*/;

/** Everything up to the value: indent, key, delimiter and the spaces that the person set. */
function head(line: string): string {
  return valueHead.exec(line.replace(/\r?\n$/, ""))?.[0] ?? "";
}

/** An inline comment after a plain value is kept. */
function tailComment(line: string, entry: { from: number; to: number; value: string }): string {
  if (entry.to !== entry.from + 1) return "";
  const value = content(line).slice(head(line).replace(/^\uFEFF/, "").length);
  if (value.startsWith("`") || value.startsWith('"""')) return "";
  const hash = value.indexOf(" #");
  const at = hash === -1 ? value.indexOf(" ;") : hash;
  if (at === -1) return "";
  const start = value.slice(0, at).trimEnd().length;
  return value.slice(start);
}

function lineEnd(old: string, lines: readonly string[], next: number, fallback: string): string {
  const end = /\r?\n$/.exec(old)?.[0];
  if (end !== undefined) return end;
  return next < lines.length ? fallback : "";
}

function indentOf(block: IniBlock, file: IniFile): string {
  const last = block.entries.at(-1);
  return last === undefined ? "" : (/^\uFEFF?([ \t]*)/.exec(file.lines[last.from] ?? "")?.[1] ?? "");
}

/** `key = `, spaced as the section's last key is; under the others where the section is aligned. */
function aligned(block: IniBlock, file: IniFile, key: string): string {
  const heads = block.entries.map((entry) => /^\s*([^=:"`]*)=( ?)/.exec(content(file.lines[entry.from] ?? "")));
  const [, last, after] = heads.at(-1) ?? [];
  if (last === undefined) return `${key} = `;
  if (!last.endsWith(" ")) return `${key}=${after ?? ""}`;
  const padded = heads.find((head) => head?.[1]?.endsWith("  ") === true)?.[1] ?? "";
  return `${key.padEnd(padded.length - 1)} =${after ?? " "}`;
}

/** A value as it must be written so that the Go tools read the same one back. */
function written(value: string): string {
  if (value.includes("\n") || value.includes("`")) return `"""${value}"""`;
  const plain = !/[#;]/.test(value) && !/^["']/.test(value) && !value.endsWith("\\") && value === value.trim();
  return plain ? value : `\`${value}\``;
}
