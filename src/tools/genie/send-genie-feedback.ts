// send_genie_feedback: whether an answer was right.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { messageInput } from "./fields.ts";
import { sendFeedback } from "./genie-api.ts";

export const sendGenieFeedback = defineTool({
  name: "send_genie_feedback",
  toolset: "genie",
  effect: "write",
  idempotent: true,
  title: "Rate Genie's answer",
  description: "Tells the space's authors whether Genie's answer was right.",
  input: z.strictObject({
    ...messageInput,
    rating: z.enum(["positive", "negative", "none"]),
    comment: z.string().optional(),
  }),
  output: z.object({ ...messageInput, rating: z.string() }),
  targets: nowhere,
  run: async (context, { rating, comment, ...place }) => {
    await sendFeedback(context, place, { rating: rating.toUpperCase(), comment });
    return { ...place, rating };
  },
  text: (output) => fieldText(fieldLines(output)),
});
