// A tool's result as text: agents give it as a text or as a list of blocks.
import { isObject } from "../../platform/json.ts";

/** Texts one below the other; what is no text is named by its kind. */
export function flattened(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content === undefined || content === null ? "" : JSON.stringify(content);
  return content.map(blockText).join("\n");
}

function blockText(block: unknown): string {
  if (typeof block === "string") return block;
  if (!isObject(block)) return JSON.stringify(block);
  if (typeof block["text"] === "string") return block["text"];
  const { type } = block;
  return typeof type === "string" ? `[${type}]` : JSON.stringify(block);
}
