// `mortar models pin`: a model for a role, in the place of the newest.
import type { CommandContext, Run } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";
import { nearest } from "../../platform/suggest.ts";
import { dialectOfRole, pinModel, roles, type Role } from "../../proxy/models/roles.ts";
import { profileModels, type ProfileModels } from "./open.ts";
import type { pinFlags } from "./table.ts";

export const run: Run<typeof pinFlags> = async (context) => {
  const { flags, positionals, deps } = context;
  const role = roles.find((name) => name === positionals[0]) ?? "opus";
  const model = positionals[1];
  if ((model === undefined) !== flags.off) {
    throw new MortarError("usage", flags.off ? "--off takes no model" : "A model is missing", {
      hint: `Give one (\`mortar models pin ${role} MODEL\`), or take the pin off (\`mortar models pin ${role} --off\`).`,
    });
  }
  const found = await profileModels(context as unknown as CommandContext);
  if (model !== undefined && !flags.force) checkListed(found, role, model);
  if (!flags["dry-run"]) await pinModel(deps, found.profile, { role, model });
  const done = flags["dry-run"] ? "would be" : "is";
  const text = model === undefined ? `${role} ${done} the newest again` : `${role} ${done} ${model}`;
  return {
    data: { profile: found.profile, role, model: model ?? null, dry_run: flags["dry-run"] },
    text: `${text}, for the profile ${found.profile}.\n`,
  };
};

function checkListed({ discovery, host }: ProfileModels, role: Role, model: string): void {
  const listed = discovery.models.find(({ id }) => id === model);
  const dialect = dialectOfRole[role];
  if (listed?.dialects.includes(dialect) === true) return;
  const fitting = discovery.models.filter(({ dialects }) => dialects.includes(dialect)).map(({ id }) => id);
  const near = nearest(model, fitting);
  const choice = near === undefined ? "`mortar models list` shows what there is" : `Did you mean ${near}?`;
  const message =
    listed === undefined ? `${host} lists no model ${model}` : `${model} does not answer the API that ${role} needs`;
  throw new MortarError("not_found", message, {
    hint: `${choice.replace(/[^.?]$/, "$&.")} --force pins it all the same.`,
  });
}
