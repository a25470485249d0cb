// create_provider: somebody outside of Databricks who shares with us, by the credential file that they gave. The file is read
// here and sent to the workspace alone; the conversation does not see it.
import { readFile, stat } from "node:fs/promises";
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject, parseJson } from "../../platform/json.ts";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { localPath } from "../transfer/local-place.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { collectionPath } from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

const mostBytes = 64 * 1024;

export const createProvider = defineTool({
  name: "create_provider",
  toolset: "catalog",
  effect: "write",
  local: true,
  title: "Create a provider",
  description:
    "Creates a provider from the credential file (config.share) of somebody who shares from outside; those on Databricks appear by themselves.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    local_file: z.string().min(1, "must not be empty").describe("config.share on the local machine"),
    comment: z.string().optional(),
  }),
  output: securableOutput,
  spellings: { local_path: "local_file" },
  targets: nowhere,
  run: async (context, { name, local_file, comment }) => {
    const recipient_profile_str = await profileIn(localPath(context.deps, local_file));
    const body = { name, comment, authentication_type: "TOKEN", recipient_profile_str };
    const wire = await changeUnity(context, { method: "POST", path: collectionPath("provider"), body });
    const hint =
      "`list_provider_shares` shows what it shares; `create_catalog` with provider and share makes a catalog of it.";
    return { ...securableView("provider", wire), hint };
  },
  text: securableText,
});

/** The file as it is, when it is a profile of Delta Sharing: no other file of the machine is to leave it this way. */
async function profileIn(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile() || found.size > mostBytes) throw noProfile();
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined || !isProfile(text)) throw noProfile();
  return text;
}

/** https://github.com/delta-io/delta-sharing/blob/main/PROTOCOL.md#profile-file-format */
function isProfile(text: string): boolean {
  try {
    const value = parseJson(text);
    return (
      isObject(value) && typeof value["shareCredentialsVersion"] === "number" && typeof value["endpoint"] === "string"
    );
  } catch {
    return false;
  }
}

function noProfile(): MortarError {
  return new MortarError("invalid_input", "local_file is not a credential file of Delta Sharing that can be read", {
    hint: "It is the file that the provider's activation link gives: config.share, with shareCredentialsVersion and endpoint.",
  });
}
