// The model of the workspace that searches where a person has set none: the one that Codex would get.
import { openCredentials } from "../../../auth/credentials.ts";
import { buildInfo } from "../../../build-info.ts";
import type { Deps } from "../../../platform/deps.ts";
import { openModels } from "../../models/open.ts";
import { chooseRoles, readPins } from "../../models/roles.ts";
import type { Exchange } from "../../types.ts";
import { WebRefusal } from "../refusal.ts";

/** Asks the workspace for its models, at most once an hour. Throws WebRefusal, and what signing in throws. */
export async function newestGpt(deps: Deps, { profile, upstream }: Exchange, signal: AbortSignal): Promise<string> {
  const credentials = await openCredentials(deps, { profile, environment: "ignore", bundle: "ignore" });
  // Of another upstream the profile's lists say nothing.
  if (new URL(credentials.host).origin !== new URL(upstream.origin).origin) throw noModel();
  const { discovery } = await openModels(deps, { credentials, profile, version: buildInfo.version, signal });
  const pins = await readPins(deps, profile);
  const model = chooseRoles(discovery.models, pins).find(({ role }) => role === "codex")?.model;
  if (model === undefined) throw noModel();
  return model;
}

function noModel(): WebRefusal {
  return new WebRefusal(
    "unavailable",
    "The workspace has no GPT model that could search. The user can name one with `mortar config websearch enable --model`, or choose another back end with `--backend`.",
  );
}
