// The models of a setup: the newest of each family, unless somebody has named another.
import { agentModelsOf } from "../agents/launch/models.ts";
import type { ChosenModels } from "../agents/ready/types.ts";
import { MortarError } from "../platform/errors.ts";
import { nearest } from "../platform/suggest.ts";
import type { Discovery } from "../proxy/models/discover.ts";
import type { RoleChoice } from "../proxy/models/roles.ts";
import type { Answers } from "./answers.ts";

/** Throws `not_found` for a model that the workspace does not list, with the nearest name, `usage` for a role's of another dialect. */
export function chosenModels(
  discovery: Pick<Discovery, "models">,
  choices: readonly RoleChoice[],
  wanted: NonNullable<Answers["models"]>,
): ChosenModels {
  for (const [key, id] of Object.entries(wanted)) {
    const found = discovery.models.find((model) => model.id === id);
    if (found === undefined) throw unlisted(key, id, discovery);
    if (key !== "model" && !found.dialects.includes("anthropic")) throw otherDialect(key, id, discovery);
  }
  const { model: main, ...roles } = wanted;
  return { ...agentModelsOf(discovery, choices), ...roles, ...(main === undefined ? {} : { main }) };
}

/** Those of an older program's models that the workspace lists; the others are named among the notes. */
export function listedModels(
  { models }: Pick<Discovery, "models">,
  older: NonNullable<Answers["models"]>,
  notes: string[],
): NonNullable<Answers["models"]> {
  const isListed = ([key, id]: [string, string]): boolean =>
    models.some((model) => model.id === id && (key === "model" || model.dialects.includes("anthropic")));
  const [there, gone] = [Object.entries(older).filter(isListed), Object.entries(older).filter((one) => !isListed(one))];
  for (const [key, id] of gone)
    notes.push(`The workspace lists no ${id} any more: the newest model is taken (${key}).`);
  return Object.fromEntries(there);
}

/** Roles are Claude Code's. */
function otherDialect(key: string, id: string, { models }: Pick<Discovery, "models">): MortarError {
  const ids = models.filter(({ dialects: own }) => own.includes("anthropic")).map((model) => model.id);
  return new MortarError("usage", `${id} does not speak with Claude Code, so it cannot be its ${key}`, {
    hint: ids.length === 0 ? "The workspace has no model that does." : `These do: ${ids.slice(0, 12).join(", ")}.`,
  });
}

function unlisted(key: string, id: string, { models }: Pick<Discovery, "models">): MortarError {
  const near = nearest(
    id,
    models.map((model) => model.id),
  );
  const ids = models.filter(({ state }) => state === "ready").map((model) => model.id);
  const hint = near === undefined ? `It lists ${ids.slice(0, 12).join(", ")}.` : `Did you mean ${near}?`;
  return new MortarError("not_found", `The workspace lists no model ${id} (for ${key})`, { hint });
}
