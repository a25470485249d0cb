// What the programs before this one have left: hooks, state, services, helpers, skills, key caches.
import type { OlderRemain } from "../../agents/older/remain.ts";
import { remainsOf, type OlderKind } from "../../agents/older/remains.ts";
import { pass, skip, warn, type Check, type Finding } from "../check.ts";

const cure = "mortar doctor --fix";

/** A check by what it is called and looks for. What is found is taken away only for whom a person says yes to. */
function olderCheck(name: string, kind: OlderKind, title: string): Check {
  return {
    id: `configuration.${name}`,
    group: "configuration",
    title,
    run: async ({ deps, around, signal }) => {
      if (deps.paths.home === undefined) return skip("there is no home folder");
      const found = await remainsOf(kind, { deps, self: around.self[0], signal });
      return found.length === 0 ? pass("there is nothing") : found.map((remain) => finding(remain));
    },
  };
}

function finding({ seen, step, removal }: OlderRemain): Finding {
  if (removal === undefined) return warn(seen, step);
  return warn(seen, step === undefined ? cure : `${cure}, then: ${step}`, { ...removal, safe: false });
}

export const olderChecks: readonly Check[] = [
  olderCheck("older-hooks", "hooks", "No hooks of databricks-claude and its sisters"),
  olderCheck("older-state", "state", "No state of databricks-claude and its sisters"),
  olderCheck("older-service", "service", "No service of databricks-claude"),
  olderCheck("older-managed", "managed", "No managed settings of databricks-claude"),
  olderCheck("fmapi", "fmapi", "Nothing of the FMAPI setup scripts"),
  olderCheck("ai-dev-kit", "ai-dev-kit", "Nothing of ai-dev-kit and older Databricks plugins"),
];
