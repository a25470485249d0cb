// What a notebook or a command printed, without the colours of a terminal and the marks of HTML.

// CSI and OSC sequences, and lone escapes (ECMA-48).
// oxlint-disable-next-line no-control-regex
const escapes = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
  "&amp;": "&",
};

/** Text without terminal escapes. */
export function withoutColours(text: string): string {
  return text.includes("\u001B") ? text.replace(escapes, "") : text;
}

/** An error's text: without colours and, where it was marked up (`<span class="ansi-red">`), without HTML. */
export function plainText(text: string): string {
  const bare = withoutColours(text);
  if (!/<(?:span|div|pre|br)\b[^>]*>/i.test(bare)) return bare;
  return bare
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<\/?(?:span|div|pre|p|b|i|strong|code)\b[^>]*>/gi, "")
    .replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => entities[entity] ?? entity);
}

/** Without the `Out[3]: ` that a Python context writes before the value of an expression. */
export function withoutPrompt(text: string): string {
  return text.replace(/^Out\[\d+\]:\s?/, "");
}
