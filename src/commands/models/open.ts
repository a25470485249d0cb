// What the commands about models share: the profile, its models, and which of them has which role.
import { openCredentials } from "../../auth/credentials.ts";
import type { CommandContext } from "../../cli/context.ts";
import { openModels, type OpenedModels } from "../../proxy/models/open.ts";
import { chooseRoles, readPins, type RoleChoice } from "../../proxy/models/roles.ts";
import { chooseProfile, rememberedProfile } from "../agent/profile.ts";

export interface ProfileModels extends OpenedModels {
  readonly profile: string;
  readonly host: string;
  readonly choices: readonly RoleChoice[];
}

/** The models of the profile that was given, else of the one that agents are started on, else of what is set up. */
export async function profileModels(
  { deps, profile: given, signal, build }: CommandContext,
  options: { readonly fresh?: boolean; readonly everySchema?: boolean } = {},
): Promise<ProfileModels> {
  const isAgents = given === undefined && (await rememberedProfile(deps)) !== undefined;
  const credentials = isAgents
    ? await openCredentials(deps, { profile: await chooseProfile(deps, given), environment: "ignore", signal })
    : await openCredentials(deps, { profile: given, signal });
  const name = credentials.profile ?? "DEFAULT";
  const opened = await openModels(deps, { credentials, profile: name, version: build.version, signal, ...options });
  const choices = chooseRoles(opened.discovery.models, await readPins(deps, name));
  return { ...opened, profile: name, host: credentials.host, choices };
}
