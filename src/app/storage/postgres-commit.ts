// A commit whose answer was lost: whether it happened, from the server that knows.
import type { Clock } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import type { Row, Value } from "./database.ts";
import { failureKind, sqlState } from "./postgres-failure.ts";
import { numberOf, textOf } from "./rows.ts";

export interface Mark {
  /** Of the transaction: 64 bits, as digits. */
  readonly transaction: string;
  /** Of the server's process that runs it. */
  readonly process: number;
}

/** First in each transaction. A server whose client is gone waits no longer than this for what comes next. */
export const markSql = `SELECT txid_current()::text AS transaction, pg_backend_pid() AS process,
  set_config('idle_in_transaction_session_timeout', '60s', true) AS idle`;

export function markOf([row = {}]: readonly Row[]): Mark {
  return { transaction: textOf(row, "transaction"), process: numberOf(row, "process") };
}

export interface CommitOptions {
  ask(sql: string, values: Value[]): Promise<readonly Row[]>;
  readonly clock: Clock;
  /** What became of the connection. */
  readonly cause: unknown;
}

const mostWaitMs = 60_000;

/**
 * Whether the transaction was committed, which its server is asked until it says. Throws `unreachable` where it cannot be known:
 * what was to be stored may be there, or not.
 */
export async function commitOf(mark: Mark, { ask, clock, cause }: CommitOptions): Promise<boolean> {
  for (let waitedMs = 0, napMs = 50; waitedMs < mostWaitMs; waitedMs += napMs, napMs = Math.min(napMs * 2, 2_000)) {
    const status = await statusOf(mark, ask);
    if (status === "committed") return true;
    if (status === "aborted") return false;
    // Its process may wait for us on a connection that is no more: its end rolls back what was not committed.
    if (status === "in progress" && waitedMs > 1_000)
      await ask(endSql, [mark.process, mark.transaction]).catch(() => []);
    await clock.sleep(napMs);
  }
  throw new MortarError(
    "unreachable",
    "The database went away, and it is not known whether the last change was stored",
    {
      hint: "Look whether it is there before you make it again.",
      cause,
    },
  );
}

async function statusOf({ transaction }: Mark, ask: CommitOptions["ask"]): Promise<string | undefined> {
  try {
    const [row] = await ask("SELECT txid_status($1::bigint) AS status", [transaction]);
    return row === undefined ? undefined : textOf(row, "status");
  } catch (thrown) {
    // It lies in the future of a server that crashed before it had written anything of it.
    if (sqlState(thrown) === "22023") return "aborted";
    if (failureKind(thrown) === "final") throw thrown;
    return undefined;
  }
}

const endSql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE pid = $1::integer AND backend_xid::text = ($2::bigint & 4294967295)::text`;
