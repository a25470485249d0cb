// What going over to another workspace needs, and tells.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { Switching, ToolContext } from "../define.ts";

export const landedFields = {
  profile: z.string(),
  host: z.string(),
  user_name: z.string(),
  host_before: z.string().optional(),
  hint: z.string(),
};

/** The host that the session is on; undefined where nobody is signed in. */
export function hostBefore(context: ToolContext): string | undefined {
  try {
    return context.workspace.host;
  } catch {
    return undefined;
  }
}

/** Throws `unsupported` where the session cannot go anywhere else. */
export function needSwitching({ switching }: ToolContext): Switching {
  if (switching !== undefined) return switching;
  throw new MortarError("unsupported", "This session stays on the workspace that it began with", {
    hint: "A server over HTTP is shared, and a single call is over at once. The person can start another with --profile NAME.",
  });
}

interface Landing {
  readonly profile: string;
  /** The host before. */
  readonly before: string | undefined;
  readonly context: ToolContext;
}

export async function afterSwitch(workspace: Workspace, { profile, before, context: { signal } }: Landing) {
  const user_name = await workspace.identity.userName({ signal });
  const hint =
    "Ids and paths of the workspace before mean nothing here. Execution contexts that were opened there end with the session.";
  return { profile, host: workspace.host, user_name, host_before: before, hint };
}
