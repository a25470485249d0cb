// Genie spaces and conversations: Genie API 2.0. https://docs.databricks.com/api/workspace/genie
import type { JsonObject } from "../../platform/json.ts";
import { object, objects, requiredText, text, texts, timeMs } from "../../workspace/fields.ts";
import { collect, pagesOf, type Listing } from "../../workspace/pages.ts";
import { segment } from "../../workspace/query.ts";
import { toStatement, type Statement } from "../../workspace/statement.ts";
import type { ToolContext } from "../define.ts";

export interface GenieSpace {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly warehouseId: string | undefined;
  readonly parentPath: string | undefined;
  readonly etag: string | undefined;
  /** The whole document as JSON text; only where it was asked for. */
  readonly definition: string | undefined;
}

export interface GenieQuery {
  readonly attachmentId: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly sql: string | undefined;
  readonly statementId: string | undefined;
}

export interface GenieMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly question: string | undefined;
  readonly status: string;
  readonly error: string | undefined;
  readonly errorCode: string | undefined;
  readonly answers: readonly string[];
  readonly queries: readonly GenieQuery[];
  readonly suggestions: readonly string[];
  readonly createdMs: number | undefined;
}

/** Where a message is. */
export interface MessagePlace {
  readonly space_id: string;
  readonly conversation_id: string;
  readonly message_id: string;
}

type Around = Pick<ToolContext, "workspace" | "signal">;
const base = "/api/2.0/genie/spaces";
const spacePath = (id: string): `/${string}` => `${base}/${segment(id, "space id")}`;
const conversationPath = (space: string, conversation: string): `/${string}` =>
  `${spacePath(space)}/conversations/${segment(conversation, "conversation id")}`;
const messagePath = ({ space_id, conversation_id, message_id }: MessagePlace): `/${string}` =>
  `${conversationPath(space_id, conversation_id)}/messages/${segment(message_id, "message id")}`;

export function listSpaces({ workspace, signal }: Around): Promise<Listing<GenieSpace>> {
  const pages = pagesOf(workspace.client, (token) => {
    return { method: "GET", path: base, query: { page_size: 100, page_token: token }, signal };
  });
  return collect(pages, (page) => objects(page, "spaces").map(toSpace));
}

/** With the definition the caller needs to be an editor of the space. */
export async function spaceOf({ workspace, signal }: Around, id: string, withDefinition = false): Promise<GenieSpace> {
  const query = withDefinition ? { include_serialized_space: true } : {};
  return toSpace(await workspace.client.json({ method: "GET", path: spacePath(id), query, signal }));
}

/** Makes a space, or changes the one of `id`. */
export async function saveSpace({ workspace, signal }: Around, body: object, id?: string): Promise<GenieSpace> {
  const place =
    id === undefined ? ({ method: "POST", path: base } as const) : ({ method: "PATCH", path: spacePath(id) } as const);
  return toSpace(await workspace.client.json({ ...place, body, signal }));
}

export async function trashSpace({ workspace, signal }: Around, id: string): Promise<void> {
  await workspace.client.run({ method: "DELETE", path: spacePath(id), signal });
}

interface Asking {
  readonly space_id: string;
  readonly conversation_id?: string | undefined;
  readonly question: string;
}

/** Asks in a new conversation, or in the one that is named. Gives the message as it begins. */
export async function ask({ workspace, signal }: Around, asking: Asking): Promise<GenieMessage> {
  const { space_id, conversation_id, question } = asking;
  const body = { content: question };
  if (conversation_id !== undefined) {
    const path: `/${string}` = `${conversationPath(space_id, conversation_id)}/messages`;
    return toMessage(await workspace.client.json({ method: "POST", path, body, signal }));
  }
  const path: `/${string}` = `${spacePath(space_id)}/start-conversation`;
  const begun = await workspace.client.json({ method: "POST", path, body, signal });
  const conversationId = requiredText(begun, "conversation_id");
  return toMessage({ conversation_id: conversationId, ...(object(begun, "message") ?? begun) });
}

export async function messageOf(
  { workspace, signal: caller }: Around,
  place: MessagePlace,
  signal?: AbortSignal,
): Promise<GenieMessage> {
  const path = messagePath(place);
  return toMessage(await workspace.client.json({ method: "GET", path, signal: signal ?? caller }));
}

/** Rows of a query that Genie ran. */
export async function queryResult(context: Around, place: MessagePlace, attachmentId: string): Promise<Statement> {
  return await resultBy(context, place, { method: "GET", attachmentId, verb: "query-result" });
}

/** Runs a query of Genie's again, whose rows are no longer kept. */
export async function runAgain(context: Around, place: MessagePlace, attachmentId: string): Promise<Statement> {
  return await resultBy(context, place, { method: "POST", attachmentId, verb: "execute-query" });
}

interface ResultCall {
  readonly method: "GET" | "POST";
  readonly attachmentId: string;
  readonly verb: "query-result" | "execute-query";
}

async function resultBy({ workspace, signal }: Around, place: MessagePlace, call: ResultCall): Promise<Statement> {
  const { method, attachmentId, verb } = call;
  const path: `/${string}` = `${messagePath(place)}/attachments/${segment(attachmentId, "attachment id")}/${verb}`;
  const answer = await workspace.client.json({ method, path, signal });
  return toStatement(object(answer, "statement_response") ?? answer);
}

export function listConversations({ workspace, signal }: Around, id: string): Promise<Listing<JsonObject>> {
  const path: `/${string}` = `${spacePath(id)}/conversations`;
  const pages = pagesOf(workspace.client, (token) => {
    return { method: "GET", path, query: { page_size: 100, page_token: token }, signal };
  });
  return collect(pages, (page) => objects(page, "conversations"));
}

export async function listMessages(
  { workspace, signal }: Around,
  { space_id, conversation_id }: Omit<MessagePlace, "message_id">,
): Promise<Listing<GenieMessage>> {
  const path: `/${string}` = `${conversationPath(space_id, conversation_id)}/messages`;
  const pages = pagesOf(workspace.client, (token) => {
    return { method: "GET", path, query: { page_size: 100, page_token: token }, signal };
  });
  return await collect(pages, (page) => objects(page, "messages").map(toMessage));
}

export async function sendFeedback({ workspace, signal }: Around, place: MessagePlace, body: object): Promise<void> {
  await workspace.client.run({
    method: "POST",
    path: `${messagePath(place)}/feedback`,
    body,
    idempotent: true,
    signal,
  });
}

function toSpace(wire: JsonObject): GenieSpace {
  return {
    id: requiredText(wire, "space_id"),
    name: text(wire, "title") ?? "",
    description: text(wire, "description"),
    warehouseId: text(wire, "warehouse_id"),
    parentPath: text(wire, "parent_path"),
    etag: text(wire, "etag"),
    definition: text(wire, "serialized_space"),
  };
}

/** Newer answers have `message_id`, older ones `id`. */
function toMessage(wire: JsonObject): GenieMessage {
  const error = object(wire, "error");
  const attachments = objects(wire, "attachments");
  return {
    id: text(wire, "message_id") ?? requiredText(wire, "id"),
    conversationId: requiredText(wire, "conversation_id"),
    question: text(wire, "content"),
    status: text(wire, "status") ?? "SUBMITTED",
    error: error === undefined ? undefined : text(error, "error"),
    errorCode: error === undefined ? undefined : text(error, "type"),
    answers: attachments.flatMap((one) => {
      const content = text(object(one, "text") ?? {}, "content");
      return content === undefined ? [] : [content];
    }),
    queries: attachments.flatMap(toQuery),
    suggestions: attachments.flatMap((one) => texts(object(one, "suggested_questions") ?? {}, "questions")),
    createdMs: timeMs(wire, "created_timestamp"),
  };
}

function toQuery(attachment: JsonObject): readonly GenieQuery[] {
  const query = object(attachment, "query");
  const attachmentId = text(attachment, "attachment_id");
  if (query === undefined || attachmentId === undefined) return [];
  const [title, description] = [text(query, "title"), text(query, "description")];
  return [{ attachmentId, title, description, sql: text(query, "query"), statementId: text(query, "statement_id") }];
}
