// The JSON that Claude Desktop's own window for developers edits, and what it keeps in its library of configurations.
import { Secret } from "../platform/secret.ts";
import { desktopSettings, type DesktopWish } from "./settings.ts";

/** Keys and values as JSON has them: lists are lists. A key of the proxy is among them in the clear. */
export function entryValues(wish: DesktopWish): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    desktopSettings(wish).map(({ key, value }) => [key, value instanceof Secret ? value.reveal() : value]),
  );
}

/** The text of the `.json`, with the profile that it is for as its first key. */
export function developerJson(wish: DesktopWish): string {
  return `${JSON.stringify({ databricksProfile: wish.fleet.profile, ...entryValues(wish) }, null, 2)}\n`;
}
