// A text cut to so many bytes of UTF-8, between characters, with a word about what is missing.

/** The text, or its beginning with a note behind it. The note is not counted. */
export function withinBudget(text: string, budgetBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= budgetBytes) return text;
  const start = Math.max(0, Math.floor(budgetBytes));
  let end = start;
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  const kept = bytes.toString("utf8", 0, end);
  return `${kept}\n\n[Cut here: ${end} of ${bytes.length} bytes are shown.]`;
}
