// `mortar config upstream`: what the models of a profile's workspace are called by.
import { loadConfig } from "../../auth/load.ts";
import type { Run } from "../../cli/context.ts";
import { isObject } from "../../platform/json.ts";
import { readSettings, updateSettings } from "../../platform/settings.ts";
import { readFamily } from "../../proxy/family-probe.ts";
import { upstreamFamilies, type UpstreamFamily } from "../../proxy/family.ts";
import { rememberedProfile } from "../agent/profile.ts";
import type { upstreamFlags } from "./proxy-flags.ts";

export const run: Run<typeof upstreamFlags> = async ({ deps, flags, profile: given }) => {
  const profile = given ?? (await rememberedProfile(deps));
  const config = await loadConfig(deps, { profile, environment: "ignore" });
  const name = config.profile ?? "DEFAULT";
  const wanted = flags.family;
  const change = (present: Readonly<Record<string, unknown>>) => {
    const { [name]: _before, ...others } = isObject(present["families"]) ? present["families"] : {};
    return { ...present, families: wanted === "auto" ? others : { ...others, [name]: wanted } };
  };
  const before = await readSettings(deps, "proxy");
  if (wanted !== undefined && !flags["dry-run"]) await updateSettings(deps, "proxy", change);
  const families = (wanted === undefined ? before : change(before))["families"];
  const forced = isObject(families) ? upstreamFamilies.find((family) => family === families[name]) : undefined;
  const origin = config.get("host");
  const seen = origin === undefined ? undefined : await readFamily(deps, { origin, prefix: "", profile: name });
  const family = forced ?? seen?.family;
  const how = howOf(forced, seen?.probedAtMs);
  const lines = [
    `${name}: ${family ?? "not asked yet"} (${how})`,
    ...(flags["dry-run"] ? ["Nothing was changed."] : []),
  ];
  const data = { profile: name, host: origin ?? null, family: family ?? null, forced: forced !== undefined };
  return { data, text: `${lines.join("\n")}\n` };
};

function howOf(forced: UpstreamFamily | undefined, probedAtMs: number | undefined): string {
  if (forced !== undefined) return "forced; --family auto asks the workspace again";
  if (probedAtMs === undefined) return "the workspace is asked when it is needed";
  return `the workspace said so on ${new Date(probedAtMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
