// `databricks-claude config write`, once `--write-claude-config`: Claude Code's settings for the proxy, written once.
import { claudeSettings } from "../../agents/hooks/claude.ts";
import { readOldState, updateOldState } from "../../agents/older/state.ts";
import { applyEdit } from "../../platform/edits/edits.ts";
import { MortarError } from "../../platform/errors.ts";
import { targetOf, writtenOwner } from "../hooks/installing.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { writeFlags } from "./command-flags.ts";
import { families, workspaceFamilies } from "./families.ts";
import { chosenPort, chosenProfile, rememberPlace, withStateCli } from "./profile.ts";
import { adoptTelemetry, enableSignals } from "./telemetry.ts";
import { enableWebsearch } from "./websearch.ts";

export const run: OldBody<typeof writeFlags> = async (context) => {
  const { flags, program, signal, build } = context;
  const state = await readOldState(context.deps, program.agent);
  const deps = withStateCli(context.deps, state);
  const profile = chosenProfile(flags.profile, state);
  // First what can fail: then nothing has been set.
  const models = await workspaceFamilies(deps, { profile, version: build.version, signal });
  if (Object.keys(models).length === 0) {
    throw new MortarError("not_found", `The workspace of profile ${profile} has no Claude model for you`, {
      hint: "Ask for EXECUTE on one, then see: mortar models list",
    });
  }
  for (const family of families) {
    if (models[family] === undefined) deps.log.warn(`There is no model for ${family}`);
  }
  await rememberPlace(deps, program.agent, flags);
  await adoptTelemetry(deps, program.agent);
  // The option itself, or as the seed's line had it.
  const tables = { metrics: flags["metrics-table"], logs: flags["logs-table"], traces: flags["traces-table"] };
  if (flags.traces || Object.values(tables).some((table) => table !== undefined)) {
    await enableSignals(deps, program.agent, { usual: false, traces: flags.traces, tables });
  }
  if (flags["with-websearch"]) {
    await enableWebsearch(deps, { backend: flags.backend, budgetBytes: flags["fetch-budget"] });
  }
  await updateOldState(deps, program.agent, { models: { ...state.models, ...models } });
  const port = chosenPort(flags.port, state);
  const target = await targetOf(deps, { profile, port, dryRun: false, signal });
  const variables = Object.fromEntries(
    families.flatMap((family) => {
      const model = models[family];
      return model === undefined ? [] : [[`ANTHROPIC_DEFAULT_${family.toUpperCase()}_MODEL`, model]];
    }),
  ) as Record<string, string>;
  const { orphans: _orphans, ...edit } = await claudeSettings(deps, target, { more: variables });
  const { file } = await applyEdit(deps, { ...edit, owner: writtenOwner });
  say(
    context,
    `${file} leads Claude Code to the proxy (profile ${profile}). ${program.name} hooks uninstall takes it back.`,
  );
  return 0;
};
