// The identity toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { getCurrentUser } from "./get-current-user.ts";
import { listProfiles } from "./list-profiles.ts";
import { signIn } from "./sign-in.ts";
import { switchWorkspace } from "./switch-workspace.ts";

export const identityToolset: readonly Tool[] = [getCurrentUser, listProfiles, switchWorkspace, signIn];
