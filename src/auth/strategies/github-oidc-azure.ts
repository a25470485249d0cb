// An Entra service principal that trusts a GitHub Actions job: the job's JWT takes the place of a secret.
import { azureCloud, azureTenant, openAzure } from "../azure.ts";
import { githubIdToken } from "../github.ts";
import { lacks, type Strategy } from "../strategy.ts";

const audience = "api://AzureADTokenExchange";

export const open: Strategy = async (context) => {
  const { config, deps, chosen } = context;
  const clientId = config.get("azure_client_id");
  const idToken = githubIdToken(context);
  if (clientId === undefined || idToken === undefined || !config.isAzure) {
    if (chosen) throw lacks(context, "github-oidc-azure", "azure_client_id and a GitHub Actions job are needed");
    return undefined;
  }
  return openAzure(context, async (resource, signal) => {
    const tenant = await azureTenant(context, signal);
    if (tenant === undefined) throw lacks(context, "github-oidc-azure", "azure_tenant_id is missing");
    const [{ assertionGrant }, assertion] = await Promise.all([import("../grants.ts"), idToken(audience, signal)]);
    const tokenEndpoint = `${azureCloud(config).login}${tenant}/oauth2/token`;
    return (await assertionGrant(deps, { tokenEndpoint, clientId, assertion, extra: { resource }, signal })).token;
  });
};
