// Conversations with Genie. What it says is scripted: by the space's own example queries, or by a scenario of the model;
// the SQL is run for real on the space's warehouse.
import type { JsonObject } from "../../platform/json.ts";
import { ApiFault } from "../http/route.ts";
import { turnOf } from "../models/scripted-model.ts";
import { requireStatement, submit, type StatementDocument } from "../sql/service/statements.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";
import { examplesOf, sampleQuestionsOf, type Space } from "./spaces.ts";

export interface Conversation {
  readonly id: string;
  readonly spaceId: string;
  readonly title: string;
  readonly user: string;
  readonly createdAt: number;
}

export interface Message {
  readonly id: string;
  readonly conversationId: string;
  readonly spaceId: string;
  readonly content: string;
  readonly createdAt: number;
  readonly plan: Plan;
  readonly attachmentId: string;
  /** Once Genie has written its query and sent it to the warehouse. */
  readonly statementId?: string;
  readonly feedback?: { readonly rating: string; readonly comment: string | undefined };
}

/** What Genie will say. */
interface Plan {
  readonly text?: string;
  readonly sql?: string;
  readonly suggestions?: readonly string[];
}

export const conversationsOf = (world: World): Collection<Conversation> =>
  world.store.collection<Conversation>("genie-conversations");
export const messagesOf = (world: World): Collection<Message> => world.store.collection<Message>("genie-messages");

/** Throws RESOURCE_DOES_NOT_EXIST. */
export function requireConversation(world: World, spaceId: string, id: string): Conversation {
  const found = conversationsOf(world).get(id);
  if (found !== undefined && found.spaceId === spaceId) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Conversation ${id} does not exist.`);
}

/** Throws RESOURCE_DOES_NOT_EXIST. */
export function requireMessage(world: World, conversationId: string, id: string): Message {
  const found = messagesOf(world).get(id);
  if (found !== undefined && found.conversationId === conversationId) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Message ${id} does not exist.`);
}

export function messagesIn(world: World, conversationId: string): readonly Message[] {
  return messagesOf(world)
    .all()
    .filter((one) => one.conversationId === conversationId);
}

export function addMessage(world: World, space: Space, { conversation, content }: Asked): Message {
  const before = messagesIn(world, conversation.id);
  const message: Message = {
    id: world.ids.hex(32),
    attachmentId: world.ids.hex(32),
    conversationId: conversation.id,
    spaceId: space.id,
    content,
    createdAt: world.clock.now(),
    plan: planFor(world, space, { first: before[0]?.content ?? content, answered: before.length, content }),
  };
  messagesOf(world).put(message.id, message);
  return message;
}

interface Asked {
  readonly conversation: Conversation;
  readonly content: string;
}

interface Question {
  readonly first: string;
  readonly answered: number;
  readonly content: string;
}

/** A question of the space's examples gets its SQL; else the scenario's turn, its ```sql block being the query. */
function planFor(world: World, space: Space, { first, answered, content }: Question): Plan {
  const examples = examplesOf(space.document);
  const asked = normal(content);
  const example = examples.find(({ question }) => normal(question) === asked);
  if (example !== undefined) return { sql: example.sql, text: `Here is the answer to: ${example.question}` };
  if (world.model.scenario.conversations.length > 0) {
    const { text } = turnOf(world.model, first, answered);
    const block = /```sql\n([\s\S]*?)```/.exec(text);
    if (block === null) return { text };
    const words = text.replace(block[0], "").trim();
    return { sql: block[1]?.trim() ?? "", ...(words === "" ? {} : { text: words }) };
  }
  const suggestions = [...examples.map(({ question }) => question), ...sampleQuestionsOf(space.document)];
  return {
    text: "The emulator's Genie is scripted: it knows the questions of the space's example queries, and those of a scenario.",
    ...(suggestions.length === 0 ? {} : { suggestions }),
  };
}

const normal = (question: string): string =>
  question
    .toLowerCase()
    .replace(/[\s?.!]+/g, " ")
    .trim();

const thinking = ["SUBMITTED", "FETCHING_METADATA", "FILTERING_CONTEXT", "ASKING_AI"] as const;

/** The message as it stands now: Genie thinks for as long as a run waits for compute, then its query runs. */
export async function advance(world: World, message: Message, space: Space): Promise<Message> {
  const { plan, statementId } = message;
  if (plan.sql === undefined || statementId !== undefined || thoughtOf(world, message) !== undefined) return message;
  return await sendQuery(world, message, space);
}

/** Runs the message's query, for the first time or once more. */
export async function sendQuery(world: World, message: Message, space: Space): Promise<Message> {
  const body: JsonObject = {
    statement: message.plan.sql ?? "",
    warehouse_id: space.warehouseId,
    wait_timeout: "0s",
    // As much as the API keeps of a result.
    row_limit: 5_000,
  };
  const user = conversationsOf(world).get(message.conversationId)?.user ?? world.owner.userName;
  const { id } = await submit(world, body, { userName: user, signal: world.signal });
  const sent = { ...message, statementId: id };
  messagesOf(world).put(message.id, sent);
  return sent;
}

function thoughtOf(world: World, { createdAt }: Message): string | undefined {
  const stepMs = world.switches.runStartMs / thinking.length;
  return stepMs === 0 ? undefined : thinking[Math.floor((world.clock.now() - createdAt) / stepMs)];
}

export function messageView(world: World, message: Message): object {
  const statement = message.statementId === undefined ? undefined : requireStatement(world, message.statementId);
  const status = statusOf(world, message, statement);
  const attachments =
    status === "SUBMITTED" || thinking.some((one) => one === status) ? [] : attachmentsOf(message, statement);
  const error = statement?.error;
  return {
    id: message.id,
    message_id: message.id,
    space_id: message.spaceId,
    conversation_id: message.conversationId,
    content: message.content,
    status,
    created_timestamp: message.createdAt,
    last_updated_timestamp: statement?.finishedAt ?? message.createdAt,
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(error === undefined ? {} : { error: { type: "SQL_EXECUTION_EXCEPTION", error: error.message } }),
    ...(message.feedback === undefined ? {} : { feedback: message.feedback }),
  };
}

const ofStatement: Readonly<Record<StatementDocument["state"], string>> = {
  PENDING: "PENDING_WAREHOUSE",
  RUNNING: "EXECUTING_QUERY",
  SUCCEEDED: "COMPLETED",
  FAILED: "FAILED",
  CANCELED: "CANCELLED",
  CLOSED: "QUERY_RESULT_EXPIRED",
};

function statusOf(world: World, message: Message, statement: StatementDocument | undefined): string {
  if (statement !== undefined) return ofStatement[statement.state];
  return thoughtOf(world, message) ?? (message.plan.sql === undefined ? "COMPLETED" : "ASKING_AI");
}

function attachmentsOf({ plan, attachmentId }: Message, statement: StatementDocument | undefined): readonly object[] {
  const query = {
    query: plan.sql,
    title: "Query",
    description: plan.text,
    statement_id: statement?.id,
    query_result_metadata: { row_count: statement?.result?.rowCount },
  };
  return [
    ...(plan.sql === undefined ? [] : [{ attachment_id: attachmentId, query }]),
    ...(plan.text === undefined
      ? []
      : [{ attachment_id: `${attachmentId.slice(0, 31)}t`, text: { content: plan.text } }]),
    ...(plan.suggestions === undefined ? [] : [{ suggested_questions: { questions: plan.suggestions } }]),
  ];
}
