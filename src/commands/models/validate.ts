// `mortar models validate`: whether each model that agents are told of answers.
import type { Run } from "../../cli/context.ts";
import { errorKinds } from "../../platform/errors.ts";
import { validateModels } from "../../proxy/models/validate.ts";
import { profileModels } from "./open.ts";

export const run: Run = async (context) => {
  const { deps, signal } = context;
  const { client, discovery, choices, profile, host } = await profileModels(context, { fresh: true });
  const results = await validateModels(client, { choices, discovery, signal, clock: deps.clock });
  const width = Math.max(...results.map(({ model }) => model?.length ?? 1));
  const lines = results.flatMap(({ role, model, verdict, detail, hint }) => [
    `${verdict}  ${role.padEnd(6)}  ${(model ?? "-").padEnd(width)}  ${detail}`,
    ...(hint === undefined ? [] : [`      ${hint}`]),
  ]);
  const failed = results.some(({ verdict }) => verdict === "FAIL");
  return {
    data: { profile, host, family: discovery.family, results },
    text: `${lines.join("\n")}\n`,
    ...(failed ? { exit: errorKinds.check_failed.exit } : {}),
  };
};
