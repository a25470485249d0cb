// The toolset genie as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import askGenie from "./ask_genie.json";
import createGenieSpace from "./create_genie_space.json";
import deleteGenieSpace from "./delete_genie_space.json";
import getGenieAnswer from "./get_genie_answer.json";
import getGenieSpace from "./get_genie_space.json";
import listGenieConversations from "./list_genie_conversations.json";
import listGenieMessages from "./list_genie_messages.json";
import listGenieSpaces from "./list_genie_spaces.json";
import sendGenieFeedback from "./send_genie_feedback.json";
import updateGenieSpace from "./update_genie_space.json";

export const genieGolden: readonly ListedTool[] = [
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
