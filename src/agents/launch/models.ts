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

/** A model as the workspace lists it, and whether it can be asked. */
interface WorkspaceModel {
  readonly id: string;
  readonly state: string;
  readonly dialects: readonly ModelDialect[];
}

/** The workspace's models as agents are told of them. `choices`: which model each role has. */
export function agentModelsOf(
  { models }: { readonly models: readonly WorkspaceModel[] },
  choices: readonly { readonly role: string; readonly model: string | undefined }[],
): AgentModels {
  const named = choices.map(({ role, model }) => [role, model] as const);
  const listed = models.flatMap((model) => listedOf(model));
  const isFast = ({ id, dialect }: ListedModel): boolean => dialect === "gemini" && id.includes("flash");
  return { ...Object.fromEntries(named), geminiFast: listed.find(isFast)?.id, listed };
}

const dialects = ["anthropic", "responses", "gemini", "chat"] as const;

/** A model with the dialect that suits it best, of those that it answers in. */
function listedOf({ id, state, dialects: answered }: WorkspaceModel): ListedModel[] {
  const dialect = dialects.find((one) => answered.includes(one));
  return state === "ready" && dialect !== undefined ? [{ id, dialect }] : [];
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
