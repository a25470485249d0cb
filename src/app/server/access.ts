// Whether a thing is there for the caller, by its id: the check before everything that a route does.
import { MortarError } from "../../platform/errors.ts";
import type { Project, Role } from "../contract/api.ts";
import type { Store, StoredConversation } from "../storage/store.ts";
import type { Caller } from "./caller.ts";
import { asSeenBy } from "./own-mode.ts";
import { notFound } from "./refusals.ts";

/** What somebody has to be allowed: to look, to work with it, or all that its owner may. */
type Need = Role;

const rank: Readonly<Record<Role, number>> = { view: 0, work: 1, owner: 2 };

interface Asking {
  readonly parts: { readonly store: Store };
  readonly caller: Caller;
}

/** Ids that anything here could have: all else does not even get to the database. */
function isId(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id);
}

const isUuid = (id: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/** The project, where it is the caller's or shared with him. Throws `not_found`, and `permission_denied` for too small a role. */
export async function projectFor({ parts, caller }: Asking, id: string, need: Need): Promise<Project> {
  const project = isUuid(id) ? await parts.store.projects.access(id, caller.user) : undefined;
  if (project === undefined) throw notFound("project");
  if (rank[project.role] >= rank[need]) return project;
  throw new MortarError("permission_denied", `${project.name} is shared with you to ${shared[project.role]}`, {
    hint: `Ask ${project.user_email}, whose project it is.`,
  });
}

const shared: Readonly<Record<Role, string>> = { view: "look at", work: "work in", owner: "keep" };

/** A conversation of a project that the caller may see. `projectId`: the one that it has to be of. */
export async function conversationFor(
  asking: Asking,
  id: string,
  { need, projectId }: { readonly need: Need; readonly projectId?: string },
): Promise<{ readonly conversation: StoredConversation; readonly project: Project }> {
  const conversation = isId(id) ? await asking.parts.store.conversations.get(id) : undefined;
  if (conversation === undefined) throw notFound("conversation");
  if (projectId !== undefined && conversation.project_id !== projectId) throw notFound("conversation");
  const project = await projectFor(asking, conversation.project_id, need).catch(asNo("conversation"));
  return { conversation: asSeenBy(conversation, asking.caller.user), project };
}

type FoundRun = NonNullable<Awaited<ReturnType<Store["runs"]["get"]>>>;

export async function runFor(asking: Asking, id: string, need: Need): Promise<FoundRun> {
  const run = isId(id) ? await asking.parts.store.runs.get(id) : undefined;
  if (run === undefined) throw notFound("run");
  await projectFor(asking, run.project_id, need).catch(asNo("run"));
  return run;
}

type FoundApproval = NonNullable<Awaited<ReturnType<Store["approvals"]["get"]>>>;

export async function approvalFor(asking: Asking, id: string): Promise<FoundApproval> {
  const approval = isId(id) ? await asking.parts.store.approvals.get(id) : undefined;
  if (approval === undefined) throw notFound("question");
  await conversationFor(asking, approval.conversation_id, { need: "work" }).catch(asNo("question"));
  return approval;
}

type FoundOperation = NonNullable<Awaited<ReturnType<Store["operations"]["get"]>>>;

export async function operationFor(asking: Asking, id: string, need: Need): Promise<FoundOperation> {
  const operation = isId(id) ? await asking.parts.store.operations.get(id) : undefined;
  if (operation === undefined) throw notFound("operation");
  await projectFor(asking, operation.project_id, need).catch(asNo("operation"));
  return operation;
}

/** What is missing is what was asked for, not what it hangs on: else it would show that it is there. */
function asNo(what: string): (thrown: unknown) => never {
  return (thrown) => {
    throw thrown instanceof MortarError && thrown.code === "not_found" ? notFound(what) : thrown;
  };
}
