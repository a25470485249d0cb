// The managed server of one Genie space.
import {
  addMessage,
  advance,
  conversationsOf,
  messageView,
  requireConversation,
  requireMessage,
  type Message,
} from "../genie/messages.ts";
import { requireSpace, type Space } from "../genie/spaces.ts";
import { optionalText, requiredText } from "../http/fields.ts";
import type { World } from "../world.ts";
import type { ManagedServer, ManagedTool } from "./protocol.ts";
import { statementShown } from "./statements.ts";

/** Throws RESOURCE_DOES_NOT_EXIST. */
export function genieServer(world: World, spaceId: string): ManagedServer {
  const space = requireSpace(world, spaceId);
  const about = space.description === undefined ? space.title : `${space.title}: ${space.description}`;
  return {
    name: "databricks-genie",
    instructions: `Answers questions about ${about}. Ask, then poll until the status is COMPLETED or FAILED.`,
    tools: [askTool(space, about), pollTool(space)],
  };
}

function askTool(space: Space, about: string): ManagedTool {
  return {
    name: `query_space_${space.id}`,
    readOnly: true,
    description: `Asks the Genie space ${about}`,
    inputSchema: {
      type: "object",
      properties: { query: { type: "string" }, conversation_id: { type: "string" } },
      required: ["query"],
    },
    run: async (given, call, world) => {
      const content = requiredText(given["query"], "query");
      const known = optionalText(given["conversation_id"], "conversation_id");
      const now = world.clock.now();
      const user = call.caller.userName;
      const started = { id: world.ids.hex(32), spaceId: space.id, title: content.slice(0, 100), user, createdAt: now };
      const conversation = known === undefined ? started : requireConversation(world, space.id, known);
      if (known === undefined) conversationsOf(world).put(started.id, started);
      return shown(world, addMessage(world, space, { conversation, content }));
    },
  };
}

function pollTool(space: Space): ManagedTool {
  return {
    name: `poll_response_${space.id}`,
    readOnly: true,
    description: "The state of a message, with Genie's answer when it has one.",
    inputSchema: {
      type: "object",
      properties: { conversation_id: { type: "string" }, message_id: { type: "string" } },
      required: ["conversation_id", "message_id"],
    },
    run: async (given, _call, world) => {
      const { id } = requireConversation(world, space.id, requiredText(given["conversation_id"], "conversation_id"));
      const message = requireMessage(world, id, requiredText(given["message_id"], "message_id"));
      return shown(world, await advance(world, message, space));
    },
  };
}

function shown(world: World, message: Message): object {
  const { status } = messageView(world, message) as { readonly status: string };
  const place = { conversationId: message.conversationId, messageId: message.id, status };
  if (status !== "COMPLETED") return place;
  const { plan, statementId } = message;
  const query =
    statementId === undefined ? [] : [{ query: plan.sql, statement_response: statementShown(world, statementId) }];
  const texts = plan.text === undefined ? [] : [plan.text];
  return { ...place, content: { textAttachments: texts, queryAttachments: query } };
}
