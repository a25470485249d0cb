// update_repo: pull, or another branch or tag.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { asksNobody } from "../question.ts";
import { pathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { repoFields, repoInput, shownRepo } from "./fields.ts";
import { namedRepo, repoOf, updateOne } from "./repos-api.ts";

export const updateRepo = defineTool({
  name: "update_repo",
  toolset: "repos",
  effect: "destructive",
  openWorld: true,
  title: "Pull or switch a git folder",
  description:
    "Pulls the newest commit of the branch that a git folder is on, or switches it to another branch or tag. Uncommitted changes stop it.",
  input: z.strictObject({ repo: repoInput, branch: z.string().optional(), tag: z.string().optional() }),
  output: z.object({ ...repoFields, commit_before: z.string().optional(), changed: z.boolean() }),
  // Uncommitted changes stop it, and the remote keeps every commit.
  confirm: asksNobody,
  targets: async ({ repo }, context) => [pathTarget((await namedRepo(context, repo)).path)],
  spellings: { repo_id: "repo", path: "repo" },
  run: async (context, { repo, branch, tag }) => {
    if (branch !== undefined && tag !== undefined) {
      throw new MortarError("invalid_input", "A git folder is on a branch or on a tag, not on both", {
        hint: "Give one of branch and tag.",
      });
    }
    const before = await namedRepo(context, repo);
    await updateOne(context, before.id, wanted(before.branch, { branch, tag }));
    const after = await repoOf(context, before.id);
    const changed = after.commit !== before.commit || after.branch !== before.branch;
    return { ...shownRepo(after), commit_before: before.commit, changed };
  },
  text: (output) => fieldText(fieldLines(output)),
});

function wanted(current: string | undefined, wish: { branch: string | undefined; tag: string | undefined }): object {
  if (wish.tag !== undefined) return { tag: wish.tag };
  const branch = wish.branch ?? current;
  if (branch !== undefined) return { branch };
  throw new MortarError("invalid_input", "The git folder is on no branch, so there is nothing to pull", {
    hint: "Give a branch or a tag.",
  });
}
