// What the tools for secrets take and tell alike.
import * as z from "zod";

export const scopeInput = z.string().min(1, "must not be empty").max(128, "has at most 128 characters");

export const keyInput = z
  .string()
  .regex(/^[\w.-]{1,128}$/, "has 1 to 128 letters, digits, dashes, underscores and points")
  .describe("Letters, digits, - _ .");

export const principalInput = z.string().min(1, "must not be empty").describe("User name, application id or group");

export const writtenFields = {
  scope: z.string(),
  key: z.string(),
  was_there: z.boolean(),
  read_it_with: z.string(),
};

/** How code on compute reads it: the value itself is never shown here. */
export function writtenSecret({ scope, key }: { scope: string; key: string }, wasThere: boolean) {
  const how = `dbutils.secrets.get(scope=${JSON.stringify(scope)}, key=${JSON.stringify(key)})`;
  return { scope, key, was_there: wasThere, read_it_with: how };
}
