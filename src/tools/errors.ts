// Errors of the workspace, with the hint that belongs to the tool in which they were met.
import { MortarError } from "../platform/errors.ts";

/** The same error with another hint (and, where given, another code). */
export function withHint(error: MortarError, hint: string, code = error.code): MortarError {
  return new MortarError(code, error.message, {
    hint,
    workspaceCode: error.workspaceCode,
    requestId: error.requestId,
    httpStatus: error.httpStatus,
    cause: error.cause ?? error,
  });
}

/** The same error for something that goes on all the same: `how` says by which handle. Other throws stay as they are. */
export function goingOn(thrown: unknown, how: string): unknown {
  if (!(thrown instanceof MortarError)) return thrown;
  return withHint(thrown, thrown.hint === undefined ? how : `${how} ${thrown.hint}`);
}

/** Runs `work`, which names compute; where the workspace has not that compute, the error says what to name instead. */
export async function explainingCompute<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof MortarError)) throw thrown;
    if (isServerlessDisabled(thrown)) throw withHint(thrown, serverlessHint, "feature_disabled");
    if (thrown.hint === undefined && /cluster\b.*\bdoes not exist/i.test(thrown.message)) {
      throw withHint(thrown, "`list_clusters` shows the clusters there are.");
    }
    if (thrown.hint === undefined && /cluster policy/i.test(thrown.message)) {
      throw withHint(thrown, "`list_cluster_policies` shows those that you may use.");
    }
    throw thrown;
  }
}

/** What the workspace answers where serverless compute is switched off. */
function isServerlessDisabled(error: MortarError): boolean {
  return (
    /serverless/i.test(error.message) && /not (?:enabled|available|supported|allowed)|disabled/i.test(error.message)
  );
}

export const serverlessHint =
  'Serverless compute is switched off in this workspace: a workspace administrator can enable it. Meanwhile give compute {"kind": "job_cluster"} or {"kind": "existing_cluster", "cluster_id": "..."}.';
