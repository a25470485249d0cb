// The licence of a package that names one and brings no text of it: the standard text, with the author that it names.

// spdx.org/licenses/ISC.html
const isc = (holder: string): string => `ISC License

Copyright (c) ${holder}

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`;

const texts: Readonly<Record<string, (holder: string) => string>> = { ISC: isc };

/** The text of a licence by its SPDX name; undefined for one that we have no text of, and for a package without an author. */
export function standardLicence(licence: string, author: unknown): string | undefined {
  const holder = holderOf(author);
  return holder === undefined ? undefined : texts[licence]?.(holder);
}

/** package.json writes an author as text, or as an object. */
function holderOf(author: unknown): string | undefined {
  if (typeof author === "string" && author !== "") return author;
  if (typeof author !== "object" || author === null || !("name" in author)) return undefined;
  return typeof author.name === "string" ? author.name : undefined;
}
