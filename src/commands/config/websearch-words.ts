// How the settings of web search are told.
import type { CommandResult } from "../../cli/spec.ts";
import type { Deps } from "../../platform/deps.ts";
import { braveKeyVariable, readBraveKey, type KeyPlace } from "../../proxy/web/brave-key.ts";
import type { WebSettings } from "../../proxy/web/settings.ts";

export async function websearchResult(deps: Deps, settings: WebSettings, note?: string): Promise<CommandResult> {
  const { enabled, backend, fetchBudgetBytes, model, searxngUrl } = settings;
  const key = backend === "brave" ? (await readBraveKey(deps))?.place : undefined;
  const lines = [
    `Web search and fetch are ${enabled ? "on" : "off"}.`,
    `back end      ${backendWords(settings, key)}`,
    `fetch budget  ${fetchBudgetBytes} bytes a page`,
    ...(note === undefined ? [] : ["", note]),
  ];
  return {
    data: {
      enabled,
      backend,
      model: model ?? null,
      searxng_url: searxngUrl ?? null,
      brave_key: key ?? null,
      fetch_budget_bytes: fetchBudgetBytes,
    },
    text: `${lines.join("\n")}\n`,
  };
}

/** The back end with what it needs, and what it lacks. */
export function backendWords({ backend, model, searxngUrl }: WebSettings, key: KeyPlace | undefined): string {
  switch (backend) {
    case "workspace":
      return `workspace, by ${model ?? "its newest GPT model"}`;
    case "brave":
      return key === undefined
        ? "brave, which has no key yet (--brave-key-stdin)"
        : `brave, with the key ${places[key]}`;
    case "searxng":
      return searxngUrl === undefined
        ? "searxng, which has no address yet (--searxng-url)"
        : `searxng at ${searxngUrl}`;
    case "none":
      return "none: pages are fetched, nothing is searched";
    default:
      return backend;
  }
}

const places: Readonly<Record<KeyPlace, string>> = {
  environment: `in ${braveKeyVariable}`,
  keyring: "in the keyring",
  file: "in a private file",
};
