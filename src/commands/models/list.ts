// `mortar models list`: what the workspace has, and which of it agents use.
import type { CommandContext, Run } from "../../cli/context.ts";
import type { FoundModel } from "../../proxy/models/discover.ts";
import { wantsLongMarker } from "../../proxy/models/names.ts";
import type { RoleChoice } from "../../proxy/models/roles.ts";
import { profileModels } from "./open.ts";
import type { listFlags } from "./table.ts";

export const run: Run<typeof listFlags> = async (context) => {
  const { flags } = context;
  const { discovery, choices, profile, host, askedAtMs } = await profileModels(context as unknown as CommandContext, {
    fresh: flags.refresh,
    everySchema: flags.all,
  });
  const { family, models } = discovery;
  const lines = models.map((model) => lineOf(model, choices));
  const missing = choices.filter(({ model }) => model === undefined).map(({ role }) => role);
  const unlisted = choices.filter(({ model, pinned }) => pinned && !models.some(({ id }) => id === model));
  const text = [
    `Models of ${host} (profile ${profile}, ${familyWords[family]})`,
    "",
    ...aligned(lines),
    "",
    ...unlisted.map(({ role, model }) => `${role} is pinned to ${model}, which is not listed.`),
    ...(missing.length === 0 ? [] : [`There is no model for ${missing.join(", ")}.`]),
  ];
  const data = {
    profile,
    host,
    family,
    asked_at: new Date(askedAtMs).toISOString(),
    models: models.map(({ id, dialects, state, destinations }) => ({
      id,
      apis: dialects,
      state,
      roles: rolesOf(id, choices).map(({ role }) => role),
      ...(destinations === undefined ? {} : { destinations }),
    })),
    roles: Object.fromEntries(choices.map(({ role, model, pinned }) => [role, { model: model ?? null, pinned }])),
  };
  return { data, text: `${text.join("\n").trimEnd()}\n` };
};

const familyWords = {
  "model-services": "model services of Unity Catalog",
  "ai-gateway": "endpoints of the AI Gateway",
  "serving-endpoints": "serving endpoints",
} as const;

const stateWords: Readonly<Record<FoundModel["state"], string>> = {
  ready: "",
  "not-ready": "not ready",
  forbidden: "not yours to use",
  split: "split over several families: agents cannot use it",
  "unknown-api": "answers no API that agents speak",
};

function lineOf(model: FoundModel, choices: readonly RoleChoice[]): readonly string[] {
  const used = rolesOf(model.id, choices).map(({ role, pinned }) => (pinned ? `${role} (pinned)` : role));
  const notes = [
    used.join(", "),
    stateWords[model.state],
    wantsLongMarker(model.id) ? "1M context by [1m]" : "",
    model.destinations === undefined ? "" : `goes to ${model.destinations.join(", ")}`,
  ];
  const mark = used.length > 0 ? "*" : " ";
  return [`${mark} ${model.id}`, model.dialects.join(", "), notes.filter((note) => note !== "").join("; ")];
}

function rolesOf(id: string, choices: readonly RoleChoice[]): readonly RoleChoice[] {
  return choices.filter(({ model }) => model === id);
}

function aligned(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1].map((column) => Math.max(0, ...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
