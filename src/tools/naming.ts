// Under which names tools are listed.

/** What an ai-dev-kit server of then called its tools: the newest, two of its versions, and two days before it had versions. */
export const generations = [
  "ai-dev-kit",
  "ai-dev-kit-0.1.8",
  "ai-dev-kit-0.1.0",
  "ai-dev-kit-2026-01-14",
  "ai-dev-kit-2026-01-01",
] as const;
export type Generation = (typeof generations)[number];

export const namings = ["mortar", "databricks", ...generations] as const;

/** Which names are listed: ours, ours with the older prefix, or those of a generation. All of them can always be called. */
export type Naming = (typeof namings)[number];

/** The naming, where it is one with names and parameters of its own. */
export function generationOf(naming: Naming | undefined): Generation | undefined {
  return generations.find((generation) => generation === naming);
}
