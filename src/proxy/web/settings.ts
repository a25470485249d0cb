// What a person has set about web search and fetch: off unless it was switched on.
import type { Deps } from "../../platform/deps.ts";
import { readSettings, updateSettings } from "../../platform/settings.ts";

/** Who answers searches. `none` leaves fetching pages alone. */
export const searchBackends = ["workspace", "brave", "searxng", "duckduckgo", "none"] as const;
export type SearchBackendName = (typeof searchBackends)[number];

export interface WebSettings {
  readonly enabled: boolean;
  readonly backend: SearchBackendName;
  /** How much of a page's text the model gets at most, in bytes of UTF-8. */
  readonly fetchBudgetBytes: number;
  /** The model of the workspace that searches; without it the newest GPT is taken. */
  readonly model: string | undefined;
  readonly searxngUrl: string | undefined;
}

export const defaultFetchBudgetBytes = 102_400;
export const leastFetchBudgetBytes = 1_024;
export const mostFetchBudgetBytes = 4 * 1_024 * 1_024;

type SettingsDeps = Pick<Deps, "paths" | "clock" | "log">;
type Section = Readonly<Record<string, unknown>>;

const section = "websearch";

/** The settings as they are now. Throws `io` where they cannot be read. */
export async function readWebSettings(deps: SettingsDeps): Promise<WebSettings> {
  return webSettingsOf(await readSettings(deps, section));
}

/** The settings that a section of the file stands for: what is not understood counts as not set. */
export function webSettingsOf(present: Section): WebSettings {
  const { enabled, backend, fetchBudgetBytes, model, searxngUrl } = present;
  return {
    enabled: enabled === true,
    backend: searchBackends.find((name) => name === backend) ?? "workspace",
    fetchBudgetBytes: isBudget(fetchBudgetBytes) ? fetchBudgetBytes : defaultFetchBudgetBytes,
    model: text(model),
    searxngUrl: text(searxngUrl),
  };
}

/** What `mortar config websearch` may change; what is not named stays. */
export type WebChanges = Partial<Omit<WebSettings, "model" | "searxngUrl">> & {
  readonly model?: string;
  readonly searxngUrl?: string;
};

/** Sets what is named. Throws `io` and `timeout`. */
export async function updateWebSettings(deps: SettingsDeps, changes: WebChanges): Promise<WebSettings> {
  let after: Section = {};
  await updateSettings(deps, section, (present) => {
    after = { ...present, ...changes };
    return after;
  });
  return webSettingsOf(after);
}

function isBudget(value: unknown): value is number {
  return (
    typeof value === "number" &&
    Number.isSafeInteger(value) &&
    value >= leastFetchBudgetBytes &&
    value <= mostFetchBudgetBytes
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
