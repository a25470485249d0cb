// Settings of Claude Desktop as people and scripts see them: without the key.
import { desktopSettings, type DesktopWish } from "../../desktop/settings.ts";

const hidden: readonly string[] = ["inferenceGatewayApiKey", "otlpHeaders"];

/** The keys with their values; `***` for what holds the key of the proxy. */
export function shownSettings(wish: DesktopWish): Readonly<Record<string, unknown>> {
  return Object.fromEntries(desktopSettings(wish).map(({ key, value }) => [key, hidden.includes(key) ? "***" : value]));
}

export function settingLines(wish: DesktopWish): readonly string[] {
  return Object.entries(shownSettings(wish)).map(
    ([key, value]) => `  ${key} = ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
}
