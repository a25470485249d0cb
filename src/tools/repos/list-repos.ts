// list_repos: the git folders that one can see.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { absolutePath } from "../paths.ts";
import { listAll } from "./repos-api.ts";

export const listRepos = defineTool({
  name: "list_repos",
  toolset: "repos",
  effect: "read",
  title: "List git folders",
  description: "Lists git folders with their branch and commit.",
  input: z.strictObject({
    folder: z.string().optional().describe("Only those below this workspace folder: ~ is yours"),
    ...listInput,
  }),
  output: listOutput,
  run: async (context, { folder, ...input }) => {
    const prefix = folder === undefined ? undefined : await absolutePath(context, folder);
    const { items, truncated } = await listAll(context, prefix);
    const named = items.map((one) => ({ ...one, name: one.path }));
    return listPage({ items: named, truncated }, input, {
      fields: {
        repo_id: (one) => one.id,
        path: (one) => one.path,
        url: (one) => one.url,
        branch: (one) => one.branch,
        commit: (one) => one.commit,
      },
      textChars: context.limits.textChars,
      nothing: "No git folder matches that you can see. `create_repo` clones one.",
    });
  },
  text: listText,
});
