// Projects: the caller's own and those shared with him, and whom he shares his with.
import * as z from "zod";
import { MortarError } from "../../../platform/errors.ts";
import { projectFor } from "../access.ts";
import { notFound } from "../refusals.ts";
import { route, type Call, type Route } from "../route.ts";
import { done, name, project, searchHit, share, shareRole, usageRow } from "../wire-fields.ts";

const projectName = name("The project's name");

export const projectRoutes: readonly Route[] = [
  route("GET /api/projects", {
    summary: "The projects of the caller and those shared with him, the newest first",
    answer: z.array(project),
    run: ({ parts, caller }) => parts.store.projects.list(caller.user),
  }),
  route("POST /api/projects", {
    summary: "Make a project",
    body: z.strictObject({ name: projectName }),
    answer: project,
    run: ({ parts, caller, body }) => parts.store.projects.create(caller.user, body.name),
  }),
  route("GET /api/projects/{project_id}", {
    summary: "A project",
    answer: project,
    run: (call) => projectFor(call, call.params.project_id, "view"),
  }),
  route("PATCH /api/projects/{project_id}", {
    summary: "Rename a project, or say what its agent is always told",
    body: z.strictObject({
      name: projectName.exactOptional(),
      instructions: z.string().max(50_000, "The instructions have more than 50,000 characters").exactOptional(),
    }),
    answer: z.object({ success: done, project_id: z.string(), project }),
    run: async (call) => {
      const { parts, caller, body } = call;
      const { id } = await projectFor(call, call.params.project_id, body.name === undefined ? "work" : "owner");
      await parts.store.projects.update(id, body);
      const changed = await parts.store.projects.access(id, caller.user);
      if (changed === undefined) throw notFound("project");
      return { success: true, project_id: id, project: changed };
    },
  }),
  route("DELETE /api/projects/{project_id}", {
    summary: "Delete a project with its conversations and its files",
    answer: z.object({ success: done, deleted_project_id: z.string() }),
    run: async (call) => {
      const { parts } = call;
      const { id } = await projectFor(call, call.params.project_id, "owner");
      const conversations = await parts.store.conversations.list(id);
      const running = conversations.flatMap(({ active_run_id: run }) => (run === null ? [] : [run]));
      await Promise.all(running.map((run) => parts.runs.stop(run)));
      await parts.store.projects.remove(id);
      await parts.projects.remove(id);
      return { success: true, deleted_project_id: id };
    },
  }),
  route("GET /api/projects/{project_id}/shares", {
    summary: "With whom a project is shared",
    answer: z.array(share),
    run: async (call) => {
      const { id } = await projectFor(call, call.params.project_id, "view");
      return await call.parts.store.projects.shares(id);
    },
  }),
  route("PUT /api/projects/{project_id}/shares/{user}", {
    summary: "Share a project with a user of the workspace, to look at it or to work in it",
    body: z.strictObject({ role: shareRole }),
    answer: z.array(share),
    run: async (call) => {
      const { parts, body } = call;
      const found = await projectFor(call, call.params.project_id, "owner");
      const user = userName(call.params.user);
      if (user === found.user_email.toLowerCase()) {
        throw new MortarError("invalid_input", "The project is yours already", { hint: "Name somebody else." });
      }
      await parts.store.projects.share(found.id, user, body.role);
      if (body.role === "view") await stopRunsOf(call, found.id, user);
      return await parts.store.projects.shares(found.id);
    },
  }),
  route("DELETE /api/projects/{project_id}/shares/{user}", {
    summary: "Share a project with somebody no more, or leave one that is shared with you",
    answer: z.array(share),
    run: async (call) => {
      const { parts, caller } = call;
      const user = userName(call.params.user);
      const isLeaving = user === caller.user;
      const { id } = await projectFor(call, call.params.project_id, isLeaving ? "view" : "owner");
      const shares = await parts.store.projects.shares(id);
      if (!shares.some((one) => one.user === user)) throw notFound("share");
      await parts.store.projects.unshare(id, user);
      await stopRunsOf(call, id, user);
      return isLeaving ? [] : await parts.store.projects.shares(id);
    },
  }),
  route("GET /api/projects/{project_id}/search", {
    summary: "Conversations and messages with these words",
    query: z.strictObject({ q: z.string().trim().min(1, "q is empty").max(500, "q has more than 500 characters") }),
    answer: z.array(searchHit),
    run: async (call) => {
      const { id } = await projectFor(call, call.params.project_id, "view");
      return await call.parts.store.projects.search(id, call.query.q, mostHits);
    },
  }),
  route("GET /api/projects/{project_id}/usage", {
    summary: "Tokens and cost of a project's runs, by day and model",
    answer: z.array(usageRow),
    run: async (call) => {
      const { id } = await projectFor(call, call.params.project_id, "view");
      return await call.parts.store.projects.usage(id);
    },
  }),
];

const mostHits = 50;

/** Whoever may work in a project no more has no agent that still does. */
async function stopRunsOf({ parts }: Pick<Call, "parts">, projectId: string, user: string): Promise<void> {
  const conversations = await parts.store.conversations.list(projectId);
  const active = conversations.flatMap(({ active_run_id: run }) => (run === null ? [] : [run]));
  const runs = await Promise.all(active.map((run) => parts.store.runs.get(run)));
  await Promise.all(runs.map((run) => (run?.user === user ? parts.runs.stop(run.id) : undefined)));
}

/** Throws `invalid_input` for what can be no user of a workspace. */
function userName(text: string): string {
  const user = text.trim().toLowerCase();
  if (/^[^\s\p{Cc},;<>"]{1,255}$/u.test(user)) return user;
  throw new MortarError("invalid_input", "That is no name of a user", {
    hint: "A user is named by an e-mail address, a service principal by its application id.",
  });
}
