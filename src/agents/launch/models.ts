// The models of a workspace as agents are told of them: the best of each family, and what their names say.

export type ModelDialect = "anthropic" | "responses" | "gemini" | "chat";

export interface ListedModel {
  /** As the workspace calls it: `system.ai.claude-opus-5-5`, `databricks-gpt-5-6`. */
  readonly id: string;
  readonly dialect: ModelDialect;
}

/** Ids by role, where the workspace has a model for it. Nothing is assumed about roles that are missing. */
export interface AgentModels {
  readonly opus?: string | undefined;
  readonly sonnet?: string | undefined;
  readonly haiku?: string | undefined;
  readonly fable?: string | undefined;
  /** For Codex. */
  readonly codex?: string | undefined;
  readonly gemini?: string | undefined;
  /** A quick and cheap Gemini model. */
  readonly geminiFast?: string | undefined;
  /** For chat completions alone: one that is in none of the families. */
  readonly chat?: string | undefined;
  /** All that can be chosen, the best first in each dialect. */
  readonly listed: readonly ListedModel[];
}

/** `claude-opus-5-5`, from either style of name. */
export function bareName(id: string): string {
  return id.replace(/^.*\./, "").replace(/^databricks-/, "");
}

/** A name for people: `Claude Opus 5.5`, `GPT 5.6 Codex`. */
export function titleOf(id: string): string {
  const words = bareName(id)
    .replace(/(?<=\d)-(?=\d)/g, ".")
    .split("-");
  return words.map((word) => (/^(?:gpt|glm|oss)$/.test(word) ? word.toUpperCase() : capital(word))).join(" ");
}

/**
 * The id as Claude Code takes it: opus and sonnet from 4.6 to before 5 have a context of a million tokens, which it uses
 * when the name carries its own marker. Later ones have it by default.
 */
export function withLongContext(id: string): string {
  const match = /(?:opus|sonnet)-(\d+)-(\d+)$/.exec(bareName(id));
  return match !== null && match[1] === "4" && Number(match[2]) >= 6 ? `${id}[1m]` : id;
}

/** What a model of that dialect holds at least, in tokens. No list of models says it. */
export const contextOf: Readonly<Record<ModelDialect, { readonly context: number; readonly output: number }>> = {
  anthropic: { context: 200_000, output: 32_000 },
  responses: { context: 272_000, output: 64_000 },
  gemini: { context: 1_000_000, output: 64_000 },
  chat: { context: 128_000, output: 16_000 },
};

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
