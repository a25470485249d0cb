// Who the workspace takes the caller for (SCIM 2.0).
import type { JsonObject } from "../platform/json.ts";
import { jsonOf } from "./answer.ts";
import type { CallOptions, Client } from "./client.ts";
import { objects, requiredId, requiredText, text } from "./fields.ts";

export interface Me {
  readonly id: string;
  /** An e-mail address, or the application id of a service principal. */
  readonly userName: string;
  readonly displayName: string | undefined;
  readonly active: boolean;
  readonly emails: readonly string[];
  readonly groups: readonly string[];
  /** From the answer's `X-Databricks-Org-Id`. */
  readonly workspaceId: string | undefined;
}

export interface IdentityApi {
  me(options?: CallOptions): Promise<Me>;
  /** The user name, asked for once and remembered while this workspace object lives. */
  userName(options?: CallOptions): Promise<string>;
}

export function createIdentityApi(client: Client): IdentityApi {
  let known: string | undefined;
  const me = async ({ signal }: CallOptions = {}): Promise<Me> => {
    const answer = await client.send({ method: "GET", path: "/api/2.0/preview/scim/v2/Me", signal });
    const found = toMe(jsonOf(answer, client.host), answer.headers.get("x-databricks-org-id") ?? undefined);
    known = found.userName;
    return found;
  };
  return { me, userName: async (options) => known ?? (await me(options)).userName };
}

function toMe(wire: JsonObject, workspaceId: string | undefined): Me {
  return {
    id: requiredId(wire, "id"),
    userName: requiredText(wire, "userName"),
    displayName: text(wire, "displayName"),
    active: wire["active"] !== false,
    emails: valuesOf(wire, "emails", "value"),
    groups: valuesOf(wire, "groups", "display"),
    workspaceId,
  };
}

function valuesOf(wire: JsonObject, list: string, key: string): readonly string[] {
  return objects(wire, list).flatMap((item) => text(item, key) ?? []);
}
