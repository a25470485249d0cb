// The part of turndown that is used, in its build without a DOM of its own: linkedom brings one.
declare module "turndown/lib/turndown.browser.es.js" {
  interface Rule {
    filter: string | string[];
    replacement(content: string, node: unknown): string;
  }
  interface Options {
    headingStyle?: "setext" | "atx";
    codeBlockStyle?: "indented" | "fenced";
    bulletListMarker?: "-" | "+" | "*";
  }
  class TurndownService {
    constructor(options?: Options);
    addRule(name: string, rule: Rule): this;
    turndown(node: unknown): string;
  }
  export default TurndownService;
}
