// The system prompt of a project's runs: its facts looked up, the same for a run and for its preview.
import { MortarError } from "../../platform/errors.ts";
import type { Selection } from "../../tools/selection.ts";
import type { Context } from "../contract/api.ts";
import type { Caller } from "../server/caller.ts";
import type { RunsParts } from "./parts.ts";
import { systemPrompt } from "./system-prompt.ts";

export interface PromptRequest {
  readonly projectId: string;
  readonly context: Context;
  /** The workspace that the tools act on. */
  readonly host: string;
  readonly selection: Selection;
  readonly hasShell: boolean;
}

/** Throws `not_found` where the project is not the caller's to see. */
export async function promptFor(
  { parts }: { readonly parts: Pick<RunsParts, "store" | "projects"> },
  caller: Caller,
  { projectId, context, host, selection, hasShell }: PromptRequest,
): Promise<string> {
  const [project, { skills }] = await Promise.all([
    parts.store.projects.access(projectId, caller.user),
    parts.projects.skills.list(projectId),
  ]);
  if (project === undefined) throw new MortarError("not_found", "There is no such project");
  return systemPrompt({
    workspaceUrl: host,
    user: caller.user,
    context,
    skills: skills.filter(({ enabled }) => enabled),
    instructions: project.instructions,
    hasLocalFiles: selection.entries.some(({ local }) => local),
    hasShell,
  });
}
