// `mortar desktop credential-helper`: the token for Claude Desktop, bare.
import type { Run } from "../../cli/context.ts";
import { helperToken } from "../../desktop/credential-helper.ts";

export const run: Run = async ({ deps, profile, signal }) => {
  const token = (await helperToken(deps, { profile, signal })).reveal();
  return { data: { token }, text: token };
};
