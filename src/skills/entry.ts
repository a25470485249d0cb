// What is known of a shipped skill without its content: enough for lists, completion and choosing.

export const skillSetNames = ["core", "data-engineer", "analyst", "ai-engineer", "app-developer"] as const;
export type SkillSetName = (typeof skillSetNames)[number];

/** Whom each set is for. The skills of `core` come with every other set. */
export const skillSetTitles: Readonly<Record<SkillSetName, string>> = {
  core: "what every work on Databricks needs",
  "data-engineer": "notebooks, pipelines, streaming, jobs",
  analyst: "SQL, dashboards, Genie, metric views",
  "ai-engineer": "models, agents, retrieval, evaluation",
  "app-developer": "apps, their database and their deployment",
};

export interface SkillEntry {
  readonly name: string;
  /** A few words for a list. */
  readonly title: string;
  /** What it holds and when to use it, as an agent reads it. */
  readonly description: string;
  /** Older names that mean it. */
  readonly aliases: readonly string[];
  readonly sets: readonly SkillSetName[];
}
