// Notebooks as a plain HTML page, for export format HTML.
import { splitNotebook } from "./notebook-cells.ts";
import { escapeHtml } from "./oauth/consent-page.ts";
import type { NotebookLanguage } from "./state/tree.ts";

export function toHtml(source: string, language: NotebookLanguage, name: string): string {
  const cells = splitNotebook(source, language).cells.map((cell) => {
    const title = cell.title === undefined ? "" : `<h2>${escapeHtml(cell.title)}</h2>\n`;
    return `${title}<pre data-language="${cell.language}"><code>${escapeHtml(cell.source)}</code></pre>`;
  });
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(name)} - Databricks</title></head>
<body><h1>${escapeHtml(name)} (${language.toLowerCase()})</h1>
${cells.join("\n")}
</body></html>
`;
}
