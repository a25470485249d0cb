// Federation from an Azure DevOps pipeline.
import { MortarError } from "../../platform/errors.ts";
import { Secret } from "../../platform/secret.ts";
import { openFederation } from "../federation.ts";
import { errorWords, jsonOf, send } from "../http.ts";
import { lacks, type Strategy } from "../strategy.ts";

const variables = [
  "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI",
  "SYSTEM_TEAMPROJECTID",
  "SYSTEM_HOSTTYPE",
  "SYSTEM_PLANID",
  "SYSTEM_JOBID",
  "SYSTEM_ACCESSTOKEN",
] as const;

export const open: Strategy = async (context) => {
  const { deps } = context;
  const values = variables.map((name) => deps.env[name] ?? "");
  const missing = variables.filter((_, index) => values[index] === "");
  if (missing.length > 0) {
    if (context.chosen) throw lacks(context, "azure-devops-oidc", `not set: ${missing.join(", ")}`);
    return undefined;
  }
  const [collection, project, hub, plan, job, accessToken] = values.map((value, index) =>
    index === 0 ? value.replace(/\/+$/, "") : value,
  );
  const token = new Secret(accessToken ?? "");
  const path = [project, "_apis/distributedtask/hubs", hub, "plans", plan, "jobs", job, "oidctoken"].join("/");
  const url = `${collection}/${path}?api-version=7.2-preview.1`;
  const what = "Azure DevOps' token service";
  return openFederation(context, "azure-devops-oidc", async (_audience, signal) => {
    const headers = { authorization: `Bearer ${token.reveal()}`, "content-type": "application/json" };
    const answer = await send(deps, { url, method: "POST", headers, body: "", what, signal });
    const body = jsonOf(answer, what);
    if (answer.status === 200 && typeof body["oidcToken"] === "string") return new Secret(body["oidcToken"]);
    throw new MortarError("auth_failed", `${what} gave no token: ${errorWords(body) ?? `HTTP ${answer.status}`}`);
  });
};
