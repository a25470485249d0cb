// What the tools that grant and revoke share: their arguments, and how the change and what follows from it are told.
import * as z from "zod";
import { dryRunInput, grantChanges, type GrantChange } from "../dry-run.ts";
import { tableFields } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { grantableInput, principalInput, privilegesInput, type Securable } from "./grants.ts";
import { fullNameInput } from "./securables.ts";

export const grantInput = z.strictObject({
  securable_type: grantableInput,
  full_name: fullNameInput,
  principal: principalInput,
  privileges: privilegesInput,
  dry_run: dryRunInput,
});

export const grantOutput = z.object({
  securable_type: z.string(),
  full_name: z.string(),
  ...tableFields,
  dry_run: z.boolean(),
  hint: z.string().optional(),
});

interface Told {
  readonly on: Securable;
  readonly change: GrantChange;
  readonly dryRun: boolean;
  readonly hint: string | undefined;
}

export function grantResult({ on, change, dryRun, hint }: Told) {
  return { securable_type: on.type, full_name: on.fullName, ...grantChanges([change]), dry_run: dryRun, hint };
}

export function grantText({ columns, rows, ...rest }: z.output<typeof grantOutput>): string {
  return fieldText(fieldLines(rest), tableLines(columns, rows));
}
