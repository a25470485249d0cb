// The managed identity of an Azure machine.
import { azureAnswer, openAzure } from "../azure.ts";
import { isTrue } from "../attributes.ts";
import { jsonOf, send } from "../http.ts";
import { lacks, type Strategy } from "../strategy.ts";

const service = "http://169.254.169.254/metadata/identity/oauth2/token";
const limitMs = 10_000;

export const open: Strategy = async (context) => {
  const { config, deps, chosen } = context;
  if (!config.isAzure || !isTrue(config.get("azure_use_msi"))) {
    if (chosen) throw lacks(context, "azure-msi", "azure_use_msi and an Azure workspace are needed");
    return undefined;
  }
  return openAzure(context, async (resource, signal) => {
    const url = new URL(service);
    url.searchParams.set("api-version", "2018-02-01");
    url.searchParams.set("resource", resource);
    const clientId = config.get("azure_client_id");
    if (clientId !== undefined) url.searchParams.set("client_id", clientId);
    const what = "Azure's metadata service";
    const answer = await send(deps, {
      url: url.href,
      headers: { metadata: "true" },
      what,
      signal,
      timeoutMs: limitMs,
      // Link-local: it exists without encryption only, and is reached on this machine only.
      allowPlain: true,
    });
    return azureAnswer(jsonOf(answer, what), answer.status, "azure-msi");
  });
};
