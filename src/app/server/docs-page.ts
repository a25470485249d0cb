// The routes as a page that a person can read: made of the OpenAPI document, without a script and without anything from elsewhere.
import { isObject } from "../../platform/json.ts";
import { plainPage } from "./plain-page.ts";

type Json = Readonly<Record<string, unknown>>;

/** HTML with its style at `/docs.css`. */
export function docsPage(document: Json): string {
  const paths = Object.entries(childOf(document, "paths")).flatMap(([path, methods]) =>
    Object.entries(isObject(methods) ? methods : {}).map(([method, operation]) => {
      return { path, method: method.toUpperCase(), operation: isObject(operation) ? operation : {} };
    }),
  );
  const tags = listOf(document["tags"]).map((tag) => textOf(tag["name"]));
  const sections = tags.map((tag) => {
    const own = paths.filter(({ operation }) => listTexts(operation["tags"]).includes(tag));
    return `<h2>${escaped(tag)}</h2>${own.map(entry).join("")}`;
  });
  const info = childOf(document, "info");
  const body = `<h1>Routes of the app</h1>
<p>${escaped(textOf(info["description"]))}</p>
<p>Version ${escaped(textOf(info["version"]))}. The same as OpenAPI 3.1 is at <a href="/openapi.json"><code>/openapi.json</code></a>. The tools are served over MCP at <code>/mcp</code>.</p>
<p>A refusal has the body <code>{"detail": "…", "error": {"code": "…", "message": "…", "hint": "…"}}</code>. What is not there and what is not yours answer alike: 404.</p>
${sections.join("\n")}`;
  return plainPage("Routes of the app", body);
}

interface Entry {
  readonly path: string;
  readonly method: string;
  readonly operation: Json;
}

function entry({ path, method, operation }: Entry): string {
  const parameters = listOf(operation["parameters"]);
  const body = childOf(operation, "requestBody");
  const answer = childOf(childOf(operation, "responses"), "200");
  const rows = parameters.map((one) => {
    const must = one["required"] === true ? "required" : "";
    return `<tr><td><code>${escaped(textOf(one["name"]))}</code></td><td>${escaped(textOf(one["in"]))}</td><td>${must}</td></tr>`;
  });
  const table = rows.length === 0 ? "" : `<table><tr><th>name<th>in<th></tr>${rows.join("")}</table>`;
  return `<details><summary><span class="method">${method}</span> <code>${escaped(path)}</code><br>${escaped(textOf(operation["summary"]))}</summary>${table}${content("Takes", body)}${content("Answers", answer)}</details>\n`;
}

function content(title: string, holder: Json): string {
  const kinds = Object.entries(childOf(holder, "content"));
  return kinds
    .map(([type, value]) => {
      const schema = isObject(value) ? value["schema"] : undefined;
      return `<h4>${title} <code>${escaped(type)}</code></h4><pre>${escaped(JSON.stringify(schema, null, 2) ?? "")}</pre>`;
    })
    .join("");
}

function childOf(holder: Json, name: string): Json {
  const child = holder[name];
  return isObject(child) ? child : {};
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function listTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function escaped(text: string): string {
  return Bun.escapeHTML(text);
}
