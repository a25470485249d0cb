// Texts without upper and lower case. LOWER of SQLite, and of Postgres in some locales, knows ASCII alone.

/** The text in lower case where LOWER in the database might not find that; null where it surely does. */
export function folded(text: string): string | null {
  const lower = text.toLowerCase();
  return lower === text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) ? null : lower;
}

/** A pattern for `LIKE … ESCAPE '!'` that is met by what has these words in it, whatever signs they are made of. */
export function containing(words: string): string {
  return `%${words.toLowerCase().replaceAll(/[!%_]/g, (sign) => `!${sign}`)}%`;
}
