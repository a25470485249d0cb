// Conversations of a project: below it, and by their id alone.
import * as z from "zod";
import type { Context, Conversation, ConversationSummary, Executions } from "../../contract/api.ts";
import { conversationFor, projectFor } from "../access.ts";
import { conversationMarkdown } from "../conversation-markdown.ts";
import { downloadHeaders } from "../headers.ts";
import { asSeenBy, chosenBy } from "../own-mode.ts";
import { notFound } from "../refusals.ts";
import { route, type Call, type Route } from "../route.ts";
import {
  contextFields,
  conversation,
  conversationSummary,
  done,
  executions,
  messagePage,
  name,
  operation,
} from "../wire-fields.ts";

const title = name("The title");
const usualTitle = "New Conversation";
const newConversation = z.strictObject({ title: title.exactOptional(), ...contextFields });
const change = z.strictObject({ title: title.exactOptional(), pinned: z.boolean().exactOptional(), ...contextFields });
const changed = z.object({ success: done, conversation_id: z.string(), conversation: conversationSummary });
const deleted = z.object({ success: done, deleted_conversation_id: z.string() });

type Asking = Pick<Call, "parts" | "caller">;

/** How many messages come with a conversation: a screen or two. Each costs the page time before anything is seen. */
const usualMessages = 24;

export async function wholeConversation({ parts }: Asking, summary: ConversationSummary): Promise<Conversation> {
  const { messages, events, approvals } = parts.store;
  // The seq first: what is stored after it is read twice at worst, and never missed.
  const lastSeq = await events.lastSeq(summary.id);
  const [page, waiting] = await Promise.all([
    messages.page(summary.id, { limit: usualMessages }),
    approvals.pending(summary.id),
  ]);
  return { ...summary, ...page, last_seq: lastSeq, approvals: waiting };
}

async function create(
  asking: Asking,
  projectId: string,
  { title: given = usualTitle, ...context }: { readonly title?: string } & Context,
): Promise<Conversation> {
  const { id } = await projectFor(asking, projectId, "work");
  const wish = chosenBy(context, asking.caller.user);
  return await wholeConversation(asking, await asking.parts.store.conversations.create(id, given, wish));
}

async function listFor({ parts, caller }: Asking, projectId: string): Promise<readonly ConversationSummary[]> {
  return (await parts.store.conversations.list(projectId)).map((one) => asSeenBy(one, caller.user));
}

interface At {
  readonly id: string;
  readonly projectId?: string;
}

async function read(asking: Asking, { id, ...at }: At): Promise<Conversation> {
  const found = await conversationFor(asking, id, { need: "view", ...at });
  return await wholeConversation(asking, found.conversation);
}

type Change = { readonly title?: string; readonly pinned?: boolean } & Context;

async function update(asking: Asking, { id, ...at }: At, wish: Change) {
  const { conversation } = await conversationFor(asking, id, { need: "work", ...at });
  const { conversations } = asking.parts.store;
  const { permission_mode: mode, ...rest } = wish;
  // The page sends all of its choices with a change of one: what he sees as it is takes nothing from another.
  const isOther = mode !== undefined && mode !== conversation.permission_mode;
  await conversations.update(id, isOther ? chosenBy(wish, asking.caller.user) : rest);
  const now = await conversations.get(id);
  if (now === undefined) throw notFound("conversation");
  return { success: true, conversation_id: id, conversation: asSeenBy(now, asking.caller.user) } as const;
}

async function remove(asking: Asking, { id, ...at }: At) {
  const found = await conversationFor(asking, id, { need: "work", ...at });
  const running = found.conversation.active_run_id;
  if (running !== null) await asking.parts.runs.stop(running);
  await asking.parts.store.conversations.remove(id);
  return { success: true, deleted_conversation_id: id } as const;
}

const recentRuns = 5;
/** Of a run that is under way; a reader who wants more opens the stream after `before_seq`. */
const mostEvents = 5_000;

async function executionsOf(asking: Asking, { id, ...at }: At): Promise<Executions> {
  const found = await conversationFor(asking, id, { need: "view", ...at });
  const { runs, events } = asking.parts.store;
  const recent = await runs.recent(id, recentRuns);
  const active = recent.find((run) => run.id === found.conversation.active_run_id);
  if (active === undefined) return { active: null, recent };
  return { active: { ...active, events: await events.ofRun(active.id, { limit: mostEvents }) }, recent };
}

const number = (most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, "must be a whole number")
    .refine((text) => Number(text) <= most, `must be at most ${most}`);

const below = "/api/projects/{project_id}/conversations";
const one = `${below}/{conversation_id}` as const;
const alone = "/api/conversations/{conversation_id}";

const at = (params: { readonly conversation_id: string; readonly project_id?: string }): At => ({
  id: params.conversation_id,
  ...(params.project_id === undefined ? {} : { projectId: params.project_id }),
});

export const conversationRoutes: readonly Route[] = [
  route(`GET ${below}`, {
    summary: "The conversations of a project: pinned ones first, then the newest",
    answer: z.array(conversationSummary),
    run: async (call) => {
      const { id } = await projectFor(call, call.params.project_id, "view");
      return await listFor(call, id);
    },
  }),
  route(`POST ${below}`, {
    summary: "Make a conversation",
    body: newConversation,
    answer: conversation,
    run: (call) => create(call, call.params.project_id, call.body),
  }),
  route(`GET ${one}`, {
    summary: "A conversation with its last messages",
    answer: conversation,
    run: (call) => read(call, at(call.params)),
  }),
  route(`PATCH ${one}`, {
    summary: "Rename or pin a conversation, or change what its next run goes by",
    body: change,
    answer: changed,
    run: (call) => update(call, at(call.params), call.body),
  }),
  route(`DELETE ${one}`, {
    summary: "Delete a conversation; a run of it is stopped",
    answer: deleted,
    run: (call) => remove(call, at(call.params)),
  }),
  route(`GET ${one}/executions`, {
    summary: "The run that is under way with its events, and the last ones",
    answer: executions,
    run: (call) => executionsOf(call, at(call.params)),
  }),
  route("GET /api/conversations", {
    summary: "The conversations of a project, which the query names",
    query: z.strictObject({ project_id: z.string() }),
    answer: z.array(conversationSummary),
    run: async (call) => {
      const { id } = await projectFor(call, call.query.project_id, "view");
      return await listFor(call, id);
    },
  }),
  route("POST /api/conversations", {
    summary: "Make a conversation in the project that the body names",
    body: newConversation.extend({ project_id: z.string() }),
    answer: conversation,
    run: (call) => {
      const { project_id: projectId, ...wish } = call.body;
      return create(call, projectId, wish);
    },
  }),
  route(`GET ${alone}`, {
    summary: "A conversation with its last messages",
    answer: conversation,
    run: (call) => read(call, at(call.params)),
  }),
  route(`PATCH ${alone}`, {
    summary: "Rename or pin a conversation, or change what its next run goes by",
    body: change,
    answer: changed,
    run: (call) => update(call, at(call.params), call.body),
  }),
  route(`DELETE ${alone}`, {
    summary: "Delete a conversation; a run of it is stopped",
    answer: deleted,
    run: (call) => remove(call, at(call.params)),
  }),
  route(`GET ${alone}/messages`, {
    summary: "Messages before a position, oldest first",
    query: z.strictObject({
      before: number(Number.MAX_SAFE_INTEGER).exactOptional(),
      limit: number(200).exactOptional(),
    }),
    answer: messagePage,
    run: async (call) => {
      const { before, limit } = call.query;
      const found = await conversationFor(call, call.params.conversation_id, { need: "view" });
      return await call.parts.store.messages.page(found.conversation.id, {
        ...(before === undefined ? {} : { before: Number(before) }),
        limit: Math.max(1, Number(limit ?? usualMessages)),
      });
    },
  }),
  route(`GET ${alone}/executions`, {
    summary: "The run that is under way with its events, and the last ones",
    answer: executions,
    run: (call) => executionsOf(call, at(call.params)),
  }),
  route(`GET ${alone}/operations`, {
    summary: "Tool calls that went on by themselves",
    answer: z.array(operation),
    run: async (call) => {
      const found = await conversationFor(call, call.params.conversation_id, { need: "view" });
      return await call.parts.store.operations.list(found.conversation.id);
    },
  }),
  route(`GET ${alone}/export`, {
    summary: "A conversation as Markdown, to be saved",
    answer: "text",
    run: async (call) => {
      const found = await conversationFor(call, call.params.conversation_id, { need: "view" });
      const markdown = conversationMarkdown(call.parts.store, found);
      const headers = downloadHeaders(`${found.conversation.title}.md`, "text/markdown; charset=utf-8");
      return new Response(markdown, { headers });
    },
  }),
];
