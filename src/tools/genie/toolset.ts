// The genie toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { askGenie } from "./ask-genie.ts";
import { listGenieConversations, listGenieMessages } from "./conversations.ts";
import { createGenieSpace } from "./create-genie-space.ts";
import { deleteGenieSpace } from "./delete-genie-space.ts";
import { getGenieAnswer } from "./get-genie-answer.ts";
import { getGenieSpace } from "./get-genie-space.ts";
import { listGenieSpaces } from "./list-genie-spaces.ts";
import { sendGenieFeedback } from "./send-genie-feedback.ts";
import { updateGenieSpace } from "./update-genie-space.ts";

export const genieToolset: readonly Tool[] = [
  listGenieSpaces,
  getGenieSpace,
  askGenie,
  getGenieAnswer,
  listGenieConversations,
  listGenieMessages,
  sendGenieFeedback,
  createGenieSpace,
  updateGenieSpace,
  deleteGenieSpace,
];
