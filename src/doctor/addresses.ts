// The addresses at which agents' settings say that models are.
import { isObject } from "../platform/json.ts";
import type { Parsed } from "./settings-files.ts";

export interface BaseUrl {
  readonly at: Parsed;
  readonly path: readonly string[];
  /** What goes with it when it is taken out. */
  readonly also: readonly (readonly string[])[];
  readonly url: URL;
  /** As it stands there. */
  readonly text: string;
}

/** Those of one file. Telemetry is not among them: a collector may be down without harm to the agent. */
export function urlsIn(at: Parsed): readonly BaseUrl[] {
  const found: BaseUrl[] = [];
  const add = (text: unknown, path: readonly string[], also: readonly (readonly string[])[] = []): void => {
    if (typeof text === "string" && URL.canParse(text)) found.push({ at, path, also, url: new URL(text), text });
  };
  const env = isObject(at.value?.["env"]) ? at.value["env"] : {};
  add(env["ANTHROPIC_BASE_URL"], ["env", "ANTHROPIC_BASE_URL"], [["env", "ANTHROPIC_AUTH_TOKEN"]]);
  for (const [table, key] of [
    ["model_providers", "base_url"],
    ["provider", "options"],
  ] as const) {
    const providers = at.value?.[table];
    if (!isObject(providers)) continue;
    for (const [name, one] of Object.entries(providers)) {
      if (!isObject(one)) continue;
      const options = one[key];
      if (isObject(options)) add(options["baseURL"], [table, name, key, "baseURL"], [[table, name, key, "apiKey"]]);
      else add(options, [table, name, key]);
    }
  }
  return found;
}

/** Whether it leads to this machine. */
export function isLocal({ hostname }: URL): boolean {
  return /^(?:127\.|localhost$|\[::1\]$)/.test(hostname);
}
