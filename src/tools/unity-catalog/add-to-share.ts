// add_to_share: lets the recipients of a share read a table, a view, a volume.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import {
  changeShare,
  partitionsBody,
  partitionsInput,
  recipientsOf,
  sharedParts,
  shareInput,
  shareOutput,
  shareSpellings,
  shareTargets,
  shareText,
} from "./share-change.ts";

export const addToShare = defineTool({
  name: "add_to_share",
  toolset: "catalog",
  effect: "destructive",
  title: "Add to a share",
  description: "Adds a table, view, schema, volume, model or function to a share: its recipients can then read it.",
  input: z.strictObject({
    ...shareInput,
    shared_as: z.string().min(1).optional().describe("schema.name that recipients see"),
    partitions: partitionsInput,
    comment: z.string().optional(),
  }),
  output: shareOutput,
  spellings: shareSpellings,
  confirm: async ({ share, object }, context) => {
    const readers = await recipientsOf(context, share);
    if (readers.length === 0) return question`Put ${object} into the share ${share}, which nobody reads yet?`;
    return question`Let the recipients of the share ${share} read ${object}: ${readers}?`;
  },
  targets: shareTargets,
  run: async (context, { share, shared_as, partitions, comment, dry_run, ...input }) => {
    // What is like a table has its alias in one field, all else in the other; the wrong one is refused.
    const isLikeTable = /TABLE$|VIEW$/.test(input.object_type);
    const alias = isLikeTable ? { shared_as } : { string_shared_as: shared_as };
    const given = { comment, ...alias, ...partitionsBody(partitions) };
    const data_object = {
      name: sharedParts(input).join("."),
      data_object_type: input.object_type,
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    };
    return await changeShare(context, { share, action: "ADD", data_object, dryRun: dry_run });
  },
  text: shareText,
});
