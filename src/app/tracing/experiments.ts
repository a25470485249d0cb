// The experiment that traces belong to: by its id, or by its name, made where it is missing.
import { MortarError } from "../../platform/errors.ts";
import { object, requiredText } from "../../workspace/fields.ts";
import type { Client } from "../../workspace/client.ts";

const base = "/api/2.0/mlflow/experiments";

export interface ExperimentWish {
  /** A number is an id. Anything else is a name. */
  readonly experiment: string;
  /** Whose folder a name without a folder is below, on a workspace; undefined on an MLflow server. */
  readonly user: string | undefined;
  readonly signal: AbortSignal;
}

/** The experiment's id. Throws what the workspace refuses. https://docs.databricks.com/api/workspace/experiments */
export async function experimentId(client: Client, { experiment, user, signal }: ExperimentWish): Promise<string> {
  if (/^\d+$/.test(experiment)) return experiment;
  const name = experimentName(experiment, user);
  const found = await byName(client, name, signal);
  if (found !== undefined) return found;
  try {
    const body = { name };
    return requiredText(await client.json({ method: "POST", path: `${base}/create`, body, signal }), "experiment_id");
  } catch (thrown) {
    // Another run made it meanwhile.
    const other = isCode(thrown, "already_exists") ? await byName(client, name, signal) : undefined;
    if (other !== undefined) return other;
    throw thrown;
  }
}

/** A workspace takes nothing but an absolute path for a name. */
export function experimentName(experiment: string, user: string | undefined): string {
  const bare = experiment.replace(/^\/Workspace(?=\/)/, "");
  if (user === undefined || bare.startsWith("/")) return bare;
  return `/Users/${user}/${bare.replace(/^~\//, "")}`;
}

async function byName(client: Client, name: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const query = { experiment_name: name };
    const answer = await client.json({ method: "GET", path: `${base}/get-by-name`, query, signal });
    return requiredText(object(answer, "experiment") ?? {}, "experiment_id");
  } catch (thrown) {
    if (isCode(thrown, "not_found")) return undefined;
    throw thrown;
  }
}

const isCode = (thrown: unknown, code: MortarError["code"]): boolean =>
  thrown instanceof MortarError && thrown.code === code;
