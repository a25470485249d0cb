// Who asks, and what he acts with on the workspace.
import type { Credentials } from "../../auth/credentials.ts";
import type { WorkspaceSource } from "../../tools/open-workspace.ts";

/** What acts as a user on the workspace, with the freshest token that there is of his. */
export interface WorkspaceAccess {
  /** `https://…`, without a slash at the end. */
  readonly host: string;
  /** The profile's name on one's own machine; undefined for a user of a shared server. */
  readonly profile: string | undefined;
  readonly source: WorkspaceSource;
  /** Each call gives what is freshest: a run may outlast a token. */
  readonly credentials: () => Promise<Credentials>;
}

export interface Caller {
  /** The user name of the workspace in lower case: whose everything is. */
  readonly user: string;
  readonly displayName: string;
  readonly access: WorkspaceAccess;
}

/** Lets in who has proved who he is. Throws MortarError `not_signed_in` (401) or `not_permitted` (403) with what to do. */
export interface Identity {
  readonly mode: "local" | "apps";
  callerOf(request: Request): Promise<Caller>;
  /** Another workspace of this machine by its profile. Throws `not_permitted` on a shared server. */
  accessTo(caller: Caller, profile: string): Promise<WorkspaceAccess>;
}
