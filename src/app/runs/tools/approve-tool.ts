// The tool that Claude Code asks before it calls another (`--permission-prompt-tool`): it answers by the rules or by the person.
// https://code.claude.com/docs/en/headless and the Agent SDK's PermissionResult have the shape of the answer.
import { findEntry } from "../../../tools/catalog.ts";
import { toMortarError } from "../../../platform/errors.ts";
import { isObject } from "../../../platform/json.ts";
import { createVeil } from "../../agent/veil.ts";
import { verdictOn } from "./consent.ts";
import { databricksServer, toolOf, type RunContext } from "./run-context.ts";
import type { ToolParts } from "./tool-parts.ts";
import { withoutSecrets } from "./secrets-out.ts";

export interface ApproveRequest {
  readonly tool_name: string;
  readonly input: unknown;
  readonly tool_use_id?: string | undefined;
}

export type ApproveAnswer =
  | { readonly behavior: "allow"; readonly updatedInput: unknown }
  | { readonly behavior: "deny"; readonly message: string };

const declined =
  "The person said no. Do not do the same in another way: say what you wanted to do, and ask what they want instead.";

/** Never throws: what cannot be asked is refused. */
export async function approve(
  parts: ToolParts,
  run: RunContext,
  { request, signal }: { readonly request: ApproveRequest; readonly signal: AbortSignal },
): Promise<ApproveAnswer> {
  try {
    const answer = await answered(parts, run, { request, signal });
    const isOurs = toolOf(databricksServer, request.tool_name) !== undefined;
    if (answer.behavior === "allow" && isOurs) run.grants.give(request.tool_name, answer.updatedInput);
    return answer;
  } catch (thrown) {
    return { behavior: "deny", message: `The person could not be asked: ${toMortarError(thrown).message}` };
  }
}

async function answered(
  { store, approvals }: ToolParts,
  run: RunContext,
  { request, signal }: { readonly request: ApproveRequest; readonly signal: AbortSignal },
): Promise<ApproveAnswer> {
  const { tool_name, input, tool_use_id } = request;
  const allowed: ApproveAnswer = { behavior: "allow", updatedInput: isObject(input) ? input : {} };
  const verdict = await verdictOn(run, tool_name, input);
  if (verdict.is === "allow") return allowed;
  if (verdict.is === "deny") return { behavior: "deny", message: verdict.message };
  if ((await store.approvals.allowed(run.conversationId, run.user)).includes(tool_name)) return allowed;
  const entry = findEntry(toolOf(databricksServer, tool_name) ?? "");
  const decision = await approvals.ask(
    run,
    {
      tool_name,
      // Paths as the page has them: where projects lie on the server is nobody's business.
      tool_input: createVeil({ folders: [run.folder], others: [] }).value(withoutSecrets(tool_name, input)),
      ...(tool_use_id === undefined ? {} : { tool_use_id }),
      ...(entry === undefined ? {} : { effect: entry.effect, title: entry.title }),
    },
    AbortSignal.any([signal, run.signal]),
  );
  if (decision === "deny") return { behavior: "deny", message: declined };
  // A plan that is accepted is to be carried out.
  if (tool_name === "ExitPlanMode") run.mode.current = "ask";
  return allowed;
}
