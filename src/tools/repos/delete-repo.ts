// delete_repo: a git folder with all that is in it.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { pathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { repoFields, repoInput, shownRepo } from "./fields.ts";
import { deleteOne, namedRepo } from "./repos-api.ts";

export const deleteRepo = defineTool({
  name: "delete_repo",
  toolset: "repos",
  effect: "destructive",
  title: "Delete a git folder",
  description: "Deletes a git folder and what is in it, uncommitted changes too. The remote repository stays.",
  input: z.strictObject({ repo: repoInput }),
  output: z.object({ ...repoFields, deleted: z.boolean() }),
  confirm: async ({ repo }, context) =>
    question`Delete the git folder ${(await namedRepo(context, repo)).path} with all uncommitted changes?`,
  targets: async ({ repo }, context) => [pathTarget((await namedRepo(context, repo)).path)],
  spellings: { repo_id: "repo", path: "repo" },
  run: async (context, { repo }) => {
    const found = await namedRepo(context, repo);
    await deleteOne(context, found.id);
    return { ...shownRepo(found), deleted: true };
  },
  text: (output) => fieldText(fieldLines(output)),
});
