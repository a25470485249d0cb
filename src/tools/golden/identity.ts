// The toolset identity as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import getCurrentUser from "./get_current_user.json";
import listProfiles from "./list_profiles.json";
import signIn from "./sign_in.json";
import switchWorkspace from "./switch_workspace.json";

export const identityGolden: readonly ListedTool[] = [getCurrentUser, listProfiles, switchWorkspace, signIn];
