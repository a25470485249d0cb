// Settings in the wire's own form, as a result carries them: an object where it fits, else its JSON in parts.
import * as z from "zod";
import type { JsonObject } from "../platform/json.ts";
import { cutText } from "./limits.ts";

export const settingsOutput = {
  settings: z.record(z.string(), z.unknown()).optional(),
  settings_json: z.string().optional(),
  truncated: z.boolean(),
  next_offset: z.number().optional(),
};

interface Window {
  /** Character of the JSON to begin at. */
  readonly offset: number;
  readonly textChars: number;
}

/** The settings whole; or, where they are larger than a result may be, a part of their JSON. */
export function shownSettings(settings: JsonObject, { offset, textChars }: Window) {
  const json = JSON.stringify(settings);
  if (offset === 0 && json.length <= textChars) return { settings, truncated: false };
  const { text, truncated, totalChars, shownChars } = cutText(json, textChars, offset);
  return {
    settings_json: text,
    truncated,
    next_offset: truncated ? Math.min(offset, totalChars) + shownChars : undefined,
  };
}

/** Settings as text: one line, which is JSON. */
export function settingsLine(settings: Readonly<Record<string, unknown>> | undefined): string {
  return settings === undefined ? "" : `settings: ${JSON.stringify(settings)}`;
}
