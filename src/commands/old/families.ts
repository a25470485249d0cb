// The models of the three families that databricks-claude knew: the workspace's now, and those that its state names.
import { openCredentials } from "../../auth/credentials.ts";
import type { Deps } from "../../platform/deps.ts";
import { withLongContext } from "../../agents/launch/models.ts";
import { openModels } from "../../proxy/models/open.ts";
import { chooseRoles, readPins } from "../../proxy/models/roles.ts";

export const families = ["opus", "sonnet", "haiku"] as const;
export type OldFamily = (typeof families)[number];
export type FamilyModels = Partial<Readonly<Record<OldFamily, string>>>;

/** What holds without a word in the state. */
export const usualModels: Readonly<Record<OldFamily, string>> = {
  opus: "databricks-claude-opus-4-7",
  sonnet: "databricks-claude-sonnet-4-6",
  haiku: "databricks-claude-haiku-4-5",
};

interface Asking {
  readonly profile: string;
  readonly version: string;
  readonly signal: AbortSignal;
}

/** Asks the workspace. A family that it has no model for is missing. Throws as `openModels`. */
export async function workspaceFamilies(deps: Deps, { profile, version, signal }: Asking): Promise<FamilyModels> {
  const credentials = await openCredentials(deps, { profile, environment: "ignore", bundle: "ignore", signal });
  const { discovery } = await openModels(deps, { credentials, profile, version, signal, fresh: true });
  const choices = chooseRoles(discovery.models, await readPins(deps, profile));
  return Object.fromEntries(
    families.flatMap((family) => {
      const model = choices.find(({ role }) => role === family)?.model;
      return model === undefined ? [] : [[family, withLongContext(model)] as const];
    }),
  );
}
