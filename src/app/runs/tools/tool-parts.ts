// What the tools of all runs share.
import type { Logger } from "../../../platform/log.ts";
import type { Store } from "../../storage/store.ts";
import type { Approvals } from "./approvals.ts";
import type { Operations } from "./operations.ts";

export interface ToolParts {
  readonly version: string;
  readonly store: Pick<Store, "approvals" | "operations">;
  readonly approvals: Approvals;
  readonly operations: Operations;
  /** After how long a call goes on in the background, in milliseconds. */
  readonly handoverMs: number;
  /** Calls that are under way: each stands here until it has ended. */
  readonly running: Set<Promise<unknown>>;
  readonly log: Logger;
}
