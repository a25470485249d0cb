// Names in Lakebase as callers write them: whole, or their ids alone.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";

export const newId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, "starts with a lowercase letter; lowercase letters, digits and -, at most 63");

export const projectInput = z.string().min(1, "must not be empty").describe("Project id: shop");
export const branchInput = z
  .string()
  .min(1, "must not be empty")
  .describe("Branch: shop/dev, or projects/shop/branches/dev");
export const endpointInput = z
  .string()
  .min(1, "must not be empty")
  .describe("Endpoint: shop/dev/primary, or its whole name");

const kinds = ["projects", "branches", "endpoints"] as const;

/** `projects/shop`, of `shop` or of itself. */
export const projectName = (written: string): string => nameOf(written, 1);
/** `projects/shop/branches/dev`, of `shop/dev` or of itself. */
export const branchName = (written: string): string => nameOf(written, 2);
/** `projects/shop/branches/dev/endpoints/primary`, of `shop/dev/primary` or of itself. */
export const endpointName = (written: string): string => nameOf(written, 3);

function nameOf(written: string, depth: 1 | 2 | 3): string {
  const parts = written.trim().split("/");
  const isWhole = parts.length === depth * 2 && parts.every((part, at) => at % 2 === 1 || part === kinds[at / 2]);
  const ids = isWhole ? parts.filter((_part, at) => at % 2 === 1) : parts;
  if (ids.length === depth && ids.every((id) => /^[a-z0-9][a-z0-9-]{0,62}$/.test(id))) {
    return ids.map((id, at) => `${kinds[at]}/${id}`).join("/");
  }
  const example = ["shop", "shop/dev", "shop/dev/primary"][depth - 1];
  throw new MortarError(
    "invalid_input",
    `${JSON.stringify(written.slice(0, 200))} is no ${kinds[depth - 1]?.replace(/e?s$/, "")} in Lakebase`,
    {
      hint: `Write ${example}, or the whole name as \`get_lakebase_database\` gives it.`,
    },
  );
}
