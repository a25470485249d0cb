// The flag of `mortar version` that SDKs ask with.
import type { Flags } from "../../cli/spec.ts";

export const versionFlags = {
  // Before an SDK takes tokens from a Databricks CLI it runs `CLI version --output json` to see what its `auth token` knows.
  output: {
    kind: "string",
    short: "o",
    placeholder: "FORM",
    choices: ["json", "text"],
    default: "text",
    description: "json as the Databricks CLI prints it, for SDKs that take their tokens from this program",
    hidden: true,
  },
} as const satisfies Flags;
