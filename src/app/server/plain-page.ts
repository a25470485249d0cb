// Pages of the server itself: what it says of its routes and its tools, and to whom it does not let in. No script, nothing from elsewhere.

export const plainStylePath = "/docs.css";

export const plainStyle = `:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:#c2410c}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem}
h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
details{border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;padding:.5rem .75rem}
summary{cursor:pointer;overflow-wrap:anywhere}
.method{display:inline-block;min-width:4.2rem;font-weight:700;color:var(--accent)}
code,pre{font:14px/1.45 ui-monospace,monospace}
pre{background:var(--soft);padding:.75rem;border-radius:.5rem;overflow:auto}
table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:.2rem .6rem;text-align:left;vertical-align:top}
@media(prefers-color-scheme:dark){:root{--accent:#fb923c}}
`;

/** A whole page. `title` and `body` are HTML of ours. */
export function plainPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${plainStylePath}"></head>
<body>
${body}
</body></html>
`;
}
