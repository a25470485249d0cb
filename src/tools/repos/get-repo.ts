// get_repo: what is checked out in a git folder.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { fieldLines, fieldText } from "../text.ts";
import { repoFields, repoInput, shownRepo } from "./fields.ts";
import { namedRepo } from "./repos-api.ts";

export const getRepo = defineTool({
  name: "get_repo",
  toolset: "repos",
  effect: "read",
  title: "Get a git folder",
  description: "Tells remote, branch and commit of a git folder.",
  input: z.strictObject({ repo: repoInput }),
  output: z.object(repoFields),
  spellings: { repo_id: "repo", path: "repo" },
  run: async (context, { repo }) => shownRepo(await namedRepo(context, repo)),
  text: (output) => fieldText(fieldLines(output)),
});
