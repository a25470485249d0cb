// In the place of what the MCP SDK loads by itself: every server and client of ours brings its own validator, so that the
// SDK's usual one (ajv) is dead weight.
import process from "node:process";

export { process };

/** Of the client: `fetch` here knows no CORS. */
export const CORS_IS_POSSIBLE = false;

/** Called by `new`. */
export function DefaultJsonSchemaValidator(): never {
  throw new Error("A server or client was made without a jsonSchemaValidator");
}
