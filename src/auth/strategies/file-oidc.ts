// Federation with a JWT from a file, as Kubernetes and others project it. Read again at each exchange.
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { expandTilde } from "../../platform/paths.ts";
import { Secret } from "../../platform/secret.ts";
import { openFederation } from "../federation.ts";
import { lacks, type Strategy } from "../strategy.ts";

export const open: Strategy = async (context) => {
  const named = context.config.get("databricks_id_token_filepath");
  if (named === undefined) {
    if (context.chosen) throw lacks(context, "file-oidc", "databricks_id_token_filepath is missing");
    return undefined;
  }
  const path = expandTilde(named, context.deps.paths);
  return openFederation(context, "file-oidc", async () => {
    const text = (await readTextIfPresent(path))?.trim();
    if (text !== undefined && text !== "") return new Secret(text);
    throw new MortarError("auth_failed", `file-oidc: ${path} is ${text === undefined ? "not there" : "empty"}`, {
      hint: "databricks_id_token_filepath (DATABRICKS_OIDC_TOKEN_FILEPATH) must name a file that holds the JWT.",
    });
  });
};
