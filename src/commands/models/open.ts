// What the commands about models share: the profile, its models, and which of them has which role.
import { openCredentials } from "../../auth/credentials.ts";
import type { CommandContext } from "../../cli/context.ts";
import { openModels, type OpenedModels } from "../../proxy/models/open.ts";
import { chooseRoles, readPins, type RoleChoice } from "../../proxy/models/roles.ts";

export interface ProfileModels extends OpenedModels {
  readonly profile: string;
  readonly host: string;
  readonly choices: readonly RoleChoice[];
}

export async function profileModels(
  { deps, profile, signal, build }: CommandContext,
  options: { readonly fresh?: boolean; readonly everySchema?: boolean } = {},
): Promise<ProfileModels> {
  const credentials = await openCredentials(deps, { profile, signal });
  const name = credentials.profile ?? "DEFAULT";
  const opened = await openModels(deps, { credentials, profile: name, version: build.version, signal, ...options });
  const choices = chooseRoles(opened.discovery.models, await readPins(deps, name));
  return { ...opened, profile: name, host: credentials.host, choices };
}
