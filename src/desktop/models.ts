// The models that Claude Desktop's picker is given: Claude's, since it shows no others.
import type { FoundModel } from "../proxy/models/discover.ts";
import { claudeFamily, wantsLongMarker } from "../proxy/models/names.ts";
import { dialectOfRole, type RoleChoice } from "../proxy/models/roles.ts";
import type { DesktopModel } from "./settings.ts";

/** The one of each size first, opus before all, then the others in their order. */
export function desktopModels(models: readonly FoundModel[], choices: readonly RoleChoice[]): readonly DesktopModel[] {
  const chosen = choices.flatMap(({ role, model }) =>
    dialectOfRole[role] === "anthropic" && model !== undefined ? [model] : [],
  );
  const others = models
    .filter(({ id, state, dialects }) => state === "ready" && dialects.includes("anthropic") && isClaude(id))
    .map(({ id }) => id);
  return [...new Set([...chosen, ...others])].map((id) => desktopModel(id));
}

/** One model by its name. */
export function desktopModel(id: string): DesktopModel {
  return wantsLongMarker(id) ? { name: id, supports1m: true } : { name: id };
}

function isClaude(id: string): boolean {
  return claudeFamily(id) !== undefined || /(?:^|[.-])claude-/.test(id);
}
