// The text of a search result, as the client carries it for us: it comes back in the history, so that nothing is stored.
import { isObject } from "../../platform/json.ts";

const mark = "mortar1.";

/** What stands in `encrypted_content`. The client takes it for opaque; it hides nothing from anybody. */
export function sealText(text: string): string {
  return mark + Buffer.from(JSON.stringify({ v: 1, text })).toString("base64");
}

/** The text again; undefined for what another server has made. */
export function openText(token: unknown): string | undefined {
  if (typeof token !== "string" || !token.startsWith(mark)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(token.slice(mark.length), "base64").toString("utf8"));
    return isObject(value) && value["v"] === 1 && typeof value["text"] === "string" ? value["text"] : undefined;
  } catch {
    return undefined;
  }
}
