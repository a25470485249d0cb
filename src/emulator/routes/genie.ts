// Genie 2.0: spaces and conversations. https://docs.databricks.com/api/workspace/genie
import {
  addMessage,
  advance,
  conversationsOf,
  messagesIn,
  messagesOf,
  messageView,
  requireConversation,
  requireMessage,
  sendQuery,
  type Message,
} from "../genie/messages.ts";
import { readDocument, requireSpace, spacesOf, spaceView, type Space } from "../genie/spaces.ts";
import { invalid, optionalText, optionalWord, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import { requireStatement } from "../sql/service/statements.ts";
import { requireWarehouse } from "../sql/service/warehouse.ts";
import type { World } from "../world.ts";
import { statementView } from "./statements.ts";

const base = "/api/2.0/genie/spaces";

function page<T>(call: Call, field: string, items: readonly T[], view: (item: T) => object): object {
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 20, max: 100 });
  const { items: shown, next } = pageOf(items, { size, token: call.query.get("page_token") });
  return {
    ...(shown.length === 0 ? {} : { [field]: shown.map(view) }),
    ...(next === undefined ? {} : { next_page_token: next }),
  };
}

const spaceIn = (call: Call, world: World): Space => requireSpace(world, call.params["space"] ?? "");

const list: Handler = (call, world) =>
  page(call, "spaces", spacesOf(world).all(), (space) => {
    const { space_id, title, description, warehouse_id } = spaceView(space, false) as Record<string, unknown>;
    return { space_id, title, description, warehouse_id };
  });

const get: Handler = (call, world) =>
  spaceView(spaceIn(call, world), call.query.get("include_serialized_space") === "true");

const create: Handler = async (call, world) => {
  const body = await call.json();
  const warehouseId = requireWarehouse(world, requiredText(body["warehouse_id"], "warehouse_id")).id;
  const now = world.clock.now();
  const space: Space = {
    id: world.ids.hex(32),
    title: optionalText(body["title"], "title") ?? "New Space",
    description: optionalText(body["description"], "description"),
    warehouseId,
    parentPath: optionalText(body["parent_path"], "parent_path") ?? `/Workspace/Users/${call.caller.userName}`,
    document: readDocument(body["serialized_space"]),
    etag: world.ids.hex(16),
    createdAt: now,
    updatedAt: now,
  };
  spacesOf(world).put(space.id, space);
  return spaceView(space, false);
};

const update: Handler = async (call, world) => {
  const before = spaceIn(call, world);
  const body = await call.json();
  const etag = optionalText(body["etag"], "etag");
  if (etag !== undefined && etag !== before.etag) {
    throw new ApiFault(409, "ABORTED", `The space ${before.id} was changed since it was read.`);
  }
  const warehouse = optionalText(body["warehouse_id"], "warehouse_id");
  const after: Space = {
    ...before,
    title: optionalText(body["title"], "title") ?? before.title,
    description: optionalText(body["description"], "description") ?? before.description,
    warehouseId: warehouse === undefined ? before.warehouseId : requireWarehouse(world, warehouse).id,
    document: body["serialized_space"] === undefined ? before.document : readDocument(body["serialized_space"]),
    etag: world.ids.hex(16),
    updatedAt: world.clock.now(),
  };
  spacesOf(world).put(after.id, after);
  return spaceView(after, false);
};

const trash: Handler = (call, world) => {
  spacesOf(world).delete(spaceIn(call, world).id);
  return {};
};

const start: Handler = async (call, world) => {
  const space = spaceIn(call, world);
  const content = requiredText((await call.json())["content"], "content");
  const now = world.clock.now();
  const user = call.caller.userName;
  const conversation = { id: world.ids.hex(32), spaceId: space.id, title: content.slice(0, 100), user, createdAt: now };
  conversationsOf(world).put(conversation.id, conversation);
  const message = addMessage(world, space, { conversation, content });
  return {
    conversation_id: conversation.id,
    message_id: message.id,
    conversation: {
      id: conversation.id,
      conversation_id: conversation.id,
      space_id: space.id,
      title: conversation.title,
      created_timestamp: now,
    },
    message: messageView(world, message),
  };
};

const follow: Handler = async (call, world) => {
  const space = spaceIn(call, world);
  const conversation = requireConversation(world, space.id, call.params["conversation"] ?? "");
  const content = requiredText((await call.json())["content"], "content");
  const open = messagesIn(world, conversation.id).at(-1);
  const last =
    open === undefined ? undefined : (messageView(world, await advance(world, open, space)) as { status: string });
  if (last !== undefined && !/^(COMPLETED|FAILED|CANCELLED|QUERY_RESULT_EXPIRED)$/.test(last.status)) {
    throw invalid("The previous message of this conversation is still being answered.");
  }
  return messageView(world, addMessage(world, space, { conversation, content }));
};

interface Found {
  readonly space: Space;
  readonly message: Message;
}

async function messageIn(call: Call, world: World): Promise<Found> {
  const space = spaceIn(call, world);
  const conversation = requireConversation(world, space.id, call.params["conversation"] ?? "");
  const message = requireMessage(world, conversation.id, call.params["message"] ?? "");
  return { space, message: await advance(world, message, space) };
}

const getMessage: Handler = async (call, world) => messageView(world, (await messageIn(call, world)).message);

const conversations: Handler = (call, world) => {
  const space = spaceIn(call, world);
  const mine = conversationsOf(world)
    .all()
    .filter(({ spaceId, user }) => spaceId === space.id && user === call.caller.userName);
  return page(call, "conversations", mine, ({ id, title, createdAt }) => {
    return { conversation_id: id, title, created_timestamp: createdAt };
  });
};

const messages: Handler = (call, world) => {
  const conversation = requireConversation(world, spaceIn(call, world).id, call.params["conversation"] ?? "");
  return page(call, "messages", messagesIn(world, conversation.id), (one) => messageView(world, one));
};

function attachmentIn({ message }: Found, call: Call): void {
  if (message.attachmentId === call.params["attachment"] && message.plan.sql !== undefined) return;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Attachment ${call.params["attachment"]} does not exist.`);
}

const queryResult: Handler = async (call, world) => {
  const found = await messageIn(call, world);
  attachmentIn(found, call);
  const { statementId } = found.message;
  if (statementId === undefined) throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", "The query has not run yet.");
  return { statement_response: statementView(call, world, requireStatement(world, statementId)) };
};

const runAgain: Handler = async (call, world) => {
  const found = await messageIn(call, world);
  attachmentIn(found, call);
  const { statementId } = await sendQuery(world, found.message, found.space);
  return { statement_response: statementView(call, world, requireStatement(world, statementId ?? "")) };
};

const feedback: Handler = async (call, world) => {
  const { message } = await messageIn(call, world);
  const body = await call.json();
  const rating = optionalWord(body["rating"], "rating", ["POSITIVE", "NEGATIVE", "NONE"]);
  if (rating === undefined) throw invalid("Missing required field: rating");
  messagesOf(world).put(message.id, {
    ...message,
    feedback: { rating, comment: optionalText(body["comment"], "comment") },
  });
  return {};
};

const inSpace = `${base}/{space}`;
const inConversation = `${inSpace}/conversations/{conversation}`;
const inMessage = `${inConversation}/messages/{message}`;

export const genieRoutes: readonly Route[] = [
  { method: "GET", pattern: base, handler: list },
  { method: "POST", pattern: base, handler: create },
  { method: "GET", pattern: inSpace, handler: get },
  { method: "PATCH", pattern: inSpace, handler: update },
  { method: "DELETE", pattern: inSpace, handler: trash },
  { method: "POST", pattern: `${inSpace}/start-conversation`, handler: start },
  { method: "GET", pattern: `${inSpace}/conversations`, handler: conversations },
  { method: "GET", pattern: `${inConversation}/messages`, handler: messages },
  { method: "POST", pattern: `${inConversation}/messages`, handler: follow },
  { method: "GET", pattern: inMessage, handler: getMessage },
  { method: "POST", pattern: `${inMessage}/feedback`, handler: feedback },
  { method: "GET", pattern: `${inMessage}/attachments/{attachment}/query-result`, handler: queryResult },
  { method: "POST", pattern: `${inMessage}/attachments/{attachment}/execute-query`, handler: runAgain },
];
