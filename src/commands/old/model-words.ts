// `--model` of databricks-codex and databricks-opencode, in the words of the agent itself.
import type { OldState } from "../../agents/older/state.ts";
import type { OldAgent } from "./agent-program.ts";

interface Chosen {
  readonly given: string | undefined;
  readonly state: OldState;
  /** The agent's own command among the words. */
  readonly command: string | undefined;
}

/** Words that make the agent take the model: the one of this line, else the one of an earlier line; none without either. */
export function modelWords(agent: OldAgent, { given, state, command }: Chosen): readonly string[] {
  const model = given ?? state.model;
  if (agent === "claude" || model === undefined || model === "") return [];
  if (agent === "codex") return ["-c", `model=${JSON.stringify(model)}`];
  return command === undefined || command === "run" ? ["--model", openCodeModel(model)] : [];
}

/** The providers had other names. */
function openCodeModel(model: string): string {
  if (model.startsWith("databricks-proxy/")) return `databricks/${model.slice("databricks-proxy/".length)}`;
  if (model.startsWith("databricks-gemini-proxy/")) {
    return `databricks-gemini/${model.slice("databricks-gemini-proxy/".length)}`;
  }
  if (model.includes("/")) return model;
  if (/gemini/.test(model)) return `databricks-gemini/${model}`;
  return /gpt|codex/.test(model) ? `databricks-openai/${model}` : `databricks/${model}`;
}
