// What the tools of Genie take and tell alike.
import * as z from "zod";
import type { GenieSpace } from "./genie-api.ts";

const id = z.string().min(1, "must not be empty");
export const spaceIdInput = id.describe("Id, as list_genie_spaces gives it");

/** A message, as ask_genie names it. */
export const messageInput = { space_id: id, conversation_id: id, message_id: id };

export const spaceFields = {
  space_id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  warehouse_id: z.string().optional(),
  parent_path: z.string().optional(),
  space_url: z.string(),
};

export const savedSpaceFields = { ...spaceFields, tables: z.array(z.string()).optional(), hint: z.string().optional() };

export function shownSpace({ id: space_id, name, description, warehouseId, parentPath }: GenieSpace, host: string) {
  const space_url = `${host}/genie/rooms/${space_id}`;
  return { space_id, name, description, warehouse_id: warehouseId, parent_path: parentPath, space_url };
}
