// The family of a workspace that a person has set, where it is not to be found out.
import type { Deps } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import { readSettings } from "../../platform/settings.ts";
import { upstreamFamilies, type UpstreamFamily } from "../family.ts";

/** What a person has set for the profile (`mortar config upstream`); undefined where it is to be found out. */
export async function forcedFamily(
  deps: Pick<Deps, "paths" | "clock" | "log">,
  profile: string,
): Promise<UpstreamFamily | undefined> {
  const families = (await readSettings(deps, "proxy"))["families"];
  return isObject(families) ? upstreamFamilies.find((family) => family === families[profile]) : undefined;
}
