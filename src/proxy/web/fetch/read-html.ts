// The readable part of a web page as markdown. It is slow on purpose-made pages: call it where it can be ended.
import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import TurndownService from "turndown/lib/turndown.browser.es.js";
import type { ReadDocument } from "./document.ts";

/** `url` makes the links whole. */
export function readHtml(html: string, url: string): ReadDocument {
  const title = titleOf(parse(html));
  const article = readable(html, url);
  const whole = article === undefined ? markdownOf(parse(html), url) : "";
  // Overviews and forms are no articles: of those everything is told.
  return { title: article?.title ?? title, text: article?.text ?? whole };
}

/** Readability finds something in most pages: what is much less than the page is not what it is about. */
const leastShare = 0.25;

function readable(html: string, url: string): ReadDocument | undefined {
  const document = parse(html);
  const all = textLength(cleaned(parse(html)));
  const article = new Readability(document).parse();
  const content = article?.content ?? "";
  if (content === "") return undefined;
  const inner = parse(`<!doctype html><html><body>${content}</body></html>`);
  if (textLength(inner) < all * leastShare) return undefined;
  const title = article?.title ?? "";
  return { title: title === "" ? undefined : title, text: markdownOf(inner, url) };
}

function parse(html: string): Document {
  // Without these it is a fragment, which has no body.
  const whole = /<html[\s>]/i.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`;
  return parseHTML(whole).document as unknown as Document;
}

function titleOf(document: Document): string | undefined {
  const title = (document.querySelector("title")?.textContent ?? "").replace(/\s+/g, " ").trim();
  return title === "" ? undefined : title;
}

const notText =
  "title,script,style,noscript,template,iframe,object,embed,svg,canvas,video,audio,picture,img,form input,form button,select,textarea,link,meta";
const notContent = `${notText},nav,[hidden],[aria-hidden=true]`;

function cleaned(document: Document): Document {
  for (const element of document.querySelectorAll(notContent)) element.remove();
  return document;
}

function textLength({ body }: Document): number {
  return (body?.textContent ?? "").replace(/\s+/g, " ").length;
}

function markdownOf(document: Document, url: string): string {
  cleaned(document);
  for (const link of document.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href") ?? "";
    const target = URL.canParse(href, url) ? new URL(href, url) : undefined;
    if (target === undefined || !/^(?:https?|mailto):$/.test(target.protocol)) link.removeAttribute("href");
    else link.setAttribute("href", target.href);
  }
  return markdown()
    .turndown(document.body)
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function markdown(): TurndownService {
  const service = new TurndownService({ headingStyle: "atx", codeBlockStyle: "fenced", bulletListMarker: "-" });
  service.addRule("cell", {
    filter: ["th", "td"],
    replacement: (content) => `| ${content.replace(/\s+/g, " ").replaceAll("|", "\\|").trim()} `,
  });
  service.addRule("row", {
    filter: "tr",
    replacement: (content, node) => {
      const row = node as Element;
      const isFirst = row.closest("table")?.querySelector("tr") === row;
      const cells = row.querySelectorAll("th,td").length;
      return `\n${content}|${isFirst ? `\n${"| --- ".repeat(cells)}|` : ""}`;
    },
  });
  service.addRule("table", { filter: "table", replacement: (content) => `\n\n${content.trim()}\n\n` });
  service.addRule("part", { filter: ["thead", "tbody", "tfoot"], replacement: (content) => content });
  return service;
}
