// remove_from_share: the recipients of a share can no longer read it.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import {
  changeShare,
  recipientsOf,
  sharedParts,
  shareInput,
  shareOutput,
  shareSpellings,
  shareTargets,
  shareText,
} from "./share-change.ts";

export const removeFromShare = defineTool({
  name: "remove_from_share",
  toolset: "catalog",
  effect: "destructive",
  title: "Take out of a share",
  description: "Takes an object out of a share: its recipients can no longer read it. The object itself stays.",
  input: z.strictObject(shareInput),
  output: shareOutput,
  spellings: shareSpellings,
  confirm: async ({ share, object }, context) => {
    const readers = await recipientsOf(context, share);
    if (readers.length === 0) return question`Take ${object} out of the share ${share}, which nobody reads?`;
    return question`Take ${object} out of the share ${share}, from ${readers}?`;
  },
  targets: shareTargets,
  run: async (context, { share, dry_run, ...input }) => {
    const data_object = { name: sharedParts(input).join("."), data_object_type: input.object_type };
    return await changeShare(context, { share, action: "REMOVE", data_object, dryRun: dry_run });
  },
  text: shareText,
});
