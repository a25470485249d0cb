// create_repo: a remote repository cloned into a folder of the workspace.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { absolutePath } from "../paths.ts";
import { workspacePathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { providerOf, providers, repoFields, shownRepo } from "./fields.ts";
import { createOne, repoOf, updateOne } from "./repos-api.ts";

export const createRepo = defineTool({
  name: "create_repo",
  toolset: "repos",
  effect: "write",
  openWorld: true,
  title: "Clone a git folder",
  description: "Clones a Git repository into a workspace folder. A private one needs a Git credential of yours.",
  input: z.strictObject({
    url: z.string().min(1, "must not be empty").describe("HTTPS address of the repository, without a token"),
    path: z.string().optional().describe("New workspace folder; without it the repository's name in your home"),
    branch: z.string().optional(),
    provider: z.enum(providers).optional().describe("Needed for a company's own server"),
    sparse_folders: z.array(z.string()).optional().describe("Only these folders (cone mode)"),
  }),
  output: z.object(repoFields),
  targets: async ({ path }, context) => [await workspacePathTarget(context, path ?? "~")],
  run: async (context, { url, path, branch, provider, sparse_folders }) => {
    const made = await createOne(context, {
      url: withoutToken(url),
      provider: provider ?? requireProvider(url),
      path: path === undefined ? undefined : await absolutePath(context, path),
      sparseFolders: sparse_folders,
    });
    if (branch === undefined || branch === made.branch) return shownRepo(made);
    await updateOne(context, made.id, { branch });
    return shownRepo(await repoOf(context, made.id));
  },
  text: (output) => fieldText(fieldLines(output)),
});

function withoutToken(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.username === "" && parsed.password === "")) return url;
  throw new MortarError(
    "invalid_input",
    "The address holds a user name or a token, which everyone who sees the folder could read",
    {
      hint: "Leave them out. The person can store a Git credential under Settings, Linked accounts.",
    },
  );
}

function requireProvider(url: string): (typeof providers)[number] {
  const known = providerOf(url);
  if (known !== undefined) return known;
  throw new MortarError("invalid_input", "The address does not tell which Git provider it is of", {
    hint: `Say provider: ${providers.join(", ")}.`,
  });
}
