// What `mortar config show` tells of web search and fetch.
import { settingsFile } from "../../platform/settings.ts";
import { readBraveKey } from "../../proxy/web/brave-key.ts";
import { readWebSettings } from "../../proxy/web/settings.ts";
import type { FactProvider } from "./facts.ts";
import { backendWords } from "./websearch-words.ts";

export const websearchFacts: FactProvider = {
  key: "websearch",
  title: "Web search",
  collect: async ({ deps }) => {
    const settings = await readWebSettings(deps);
    const from = settingsFile(deps);
    if (!settings.enabled) return [{ key: "state", label: "state", value: "off" }];
    // The keyring may ask for a password: only who uses the key has it looked for.
    const key = settings.backend === "brave" ? (await readBraveKey(deps))?.place : undefined;
    return [
      { key: "state", label: "state", value: "on", from },
      { key: "backend", label: "back end", value: backendWords(settings, key), from },
      { key: "fetch_budget", label: "fetch budget", value: `${settings.fetchBudgetBytes} bytes`, from },
    ];
  },
};
