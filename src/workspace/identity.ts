// Who the workspace takes the caller for (SCIM 2.0).
import type { CallOptions } from "./client.ts";

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
