// Federation from a GitHub Actions job.
import { openFederation } from "../federation.ts";
import { githubIdToken } from "../github.ts";
import { lacks, type Strategy } from "../strategy.ts";

export const open: Strategy = async (context) => {
  const idToken = githubIdToken(context);
  if (idToken !== undefined) return openFederation(context, "github-oidc", idToken);
  if (!context.chosen) return undefined;
  throw lacks(
    context,
    "github-oidc",
    "ACTIONS_ID_TOKEN_REQUEST_URL and ..._TOKEN are not set (no GitHub Actions job?)",
  );
};
