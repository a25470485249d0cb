// HTML output as plain text, for a reader who has no browser. One pass; it renders, it does not sanitise.

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00A0",
  ndash: "\u2013",
  mdash: "\u2014",
  hellip: "\u2026",
  lsquo: "\u2018",
  rsquo: "\u2019",
  ldquo: "\u201C",
  rdquo: "\u201D",
  bull: "\u2022",
  middot: "\u00B7",
  times: "\u00D7",
  deg: "\u00B0",
  euro: "\u20AC",
  copy: "\u00A9",
};

const invisible = new Set(["script", "style", "head", "template", "svg", "noscript"]);
const blocks = new Set(
  "address article blockquote dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul".split(
    " ",
  ),
);
const tagPattern = /<(?:!--|[!?]|(\/?)([A-Za-z][A-Za-z0-9-]*))/g;

/**
 * The visible text of an HTML fragment. Blocks and `<br>` start a line, cells of a table row are parted by a tab, white
 * space counts only inside `<pre>` and Databricks' own `ansiout` blocks.
 */
export function htmlToText(html: string): string {
  const page = new Page();
  const tags = new RegExp(tagPattern);
  let at = 0;
  for (let tag = tags.exec(html); tag !== null; tag = tags.exec(html)) {
    page.text(html.slice(at, tag.index));
    at = endOfTag(html, tag);
    const name = tag[2]?.toLowerCase();
    if (name !== undefined) {
      const opens = tag[1] !== "/";
      if (opens && invisible.has(name)) at = endOfElement(html, name, at);
      else page.tag(name, opens, html.slice(tag.index, at));
    }
    tags.lastIndex = at;
  }
  page.text(html.slice(at));
  return page.finish();
}

/** Replaces character references: `&lt;`, `&#39;`, `&#x27;` and the names that outputs use. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,8}));/g, (whole, decimal, hex, name) => {
    if (typeof name === "string") return Object.hasOwn(entities, name) ? (entities[name] ?? whole) : whole;
    const point = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
    return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : whole;
  });
}

/** Where the tag ends; the end of the text for one that is cut off. A `>` in a quoted attribute is rare and not looked for. */
function endOfTag(html: string, tag: RegExpExecArray): number {
  const close = tag[0] === "<!--" ? "-->" : ">";
  const end = html.indexOf(close, tag.index + tag[0].length);
  return end === -1 ? html.length : end + close.length;
}

function endOfElement(html: string, name: string, from: number): number {
  const close = new RegExp(`</${name}[^>]*>?`, "gi");
  close.lastIndex = from;
  return close.exec(html) === null ? html.length : close.lastIndex;
}

/** The text that grows. White space waits until it is known whether a word or a line end follows. */
class Page {
  readonly #parts: string[] = [];
  #preserved = 0;
  #preservedTag = "";
  #pending: "" | " " | "\t" | "\n" = "";
  #empty = true;

  text(raw: string): void {
    if (raw === "") return;
    const text = decodeEntities(raw);
    if (this.#preserved > 0) return this.#write(text);
    for (const word of text.split(/([ \t\r\n\f]+)/)) {
      if (word === "") continue;
      if (/^[ \t\r\n\f]/.test(word)) this.#pending ||= " ";
      else this.#write(word);
    }
  }

  tag(name: string, opens: boolean, whole: string): void {
    if (name === "br") {
      this.#parts.push("\n");
      this.#pending = "";
    } else if (blocks.has(name)) this.#pending = "\n";
    else if (opens && (name === "td" || name === "th") && this.#pending !== "\n") this.#pending = "\t";
    this.#preserve(name, opens, whole);
  }

  finish(): string {
    return this.#parts
      .join("")
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim();
  }

  #preserve(name: string, opens: boolean, whole: string): void {
    if (this.#preserved > 0) {
      if (name === this.#preservedTag) this.#preserved += opens ? 1 : -1;
      return;
    }
    if (!opens || (name !== "pre" && !whole.includes("ansiout"))) return;
    this.#preserved = 1;
    this.#preservedTag = name;
  }

  #write(text: string): void {
    if (!this.#empty) this.#parts.push(this.#pending);
    this.#pending = "";
    this.#empty = false;
    this.#parts.push(text);
  }
}
