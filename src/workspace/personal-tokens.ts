// Personal access tokens of the caller (Tokens API 2.0).
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client } from "./client.ts";
import { objects, requiredId, text } from "./fields.ts";

export interface PersonalToken {
  readonly id: string;
  readonly comment: string;
}

export interface PersonalTokensApi {
  list(options?: CallOptions): Promise<readonly PersonalToken[]>;
  /** The token ends at once, for whoever has it. */
  revoke(id: string, options?: CallOptions): Promise<void>;
}

export function createPersonalTokensApi(client: Client): PersonalTokensApi {
  return {
    list: async ({ signal } = {}) =>
      objects(await client.json({ method: "GET", path: "/api/2.0/token/list", signal }), "token_infos").map(toToken),
    revoke: async (id, { signal } = {}) => {
      await client.json({ method: "POST", path: "/api/2.0/token/delete", body: { token_id: id }, signal });
    },
  };
}

function toToken(wire: JsonObject): PersonalToken {
  return { id: requiredId(wire, "token_id"), comment: text(wire, "comment") ?? "" };
}
