// What is done to the HTML before it is printed, and what is said of what a printed page cannot have.

export const pageSizes = ["A3", "A4", "A5", "Letter", "Legal"] as const;

export interface PageForm {
  readonly pageSize: (typeof pageSizes)[number];
  readonly landscape: boolean;
}

/** The HTML with the page's size before its own styles, so that an `@page` of its own counts. Its doctype stays the first word. */
export function formed(html: string, { pageSize, landscape }: PageForm): string {
  const style = `<style>@page{size:${pageSize}${landscape ? " landscape" : ""};margin:2cm}</style>`;
  const opening =
    /^\uFEFF?\s*(?:<!doctype[^>]*>)?\s*(?:<!--[\s\S]*?-->\s*)*(?:<html[^>]*>\s*)?(?:<head(?:\s[^>]*)?>)?/i.exec(
      html,
    )?.[0] ?? "";
  const rest = html.slice(opening.length);
  const start = /<!doctype/i.test(opening) ? opening : `<!DOCTYPE html>${opening.replace(/^\uFEFF?\s*/, "")}`;
  return `${start}${style}${rest}`;
}

/** What the page asks for and does not get; undefined where that is nothing. */
export function leftOut(html: string): string | undefined {
  const remote = html.match(
    /(?:\b(?:src|srcset|poster|data)\s*=|<link\b[^>]*\bhref\s*=|url\()\s*["']?\s*(?!data:|#|["')\s])[^\s>]/gi,
  );
  const scripts = html.match(/<script\b/gi)?.length ?? 0;
  const parts = [
    ...(remote === null
      ? []
      : [`${remote.length} pictures, styles or fonts from elsewhere: put them in as data: URLs`]),
    ...(scripts === 0 ? [] : [`${scripts} scripts: write what they would make`]),
  ];
  return parts.length === 0
    ? undefined
    : `Not in the PDF, as nothing is loaded and no script runs: ${parts.join("; ")}.`;
}
