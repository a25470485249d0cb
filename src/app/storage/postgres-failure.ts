// What Postgres' failures mean: whether to try again, and what a person can do.
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";

/**
 * `connection`: the server was not reached, or lost; what was sent may have been done. `again`: undone by the server in favour
 * of another transaction. `final`: the same would happen again.
 */
export type FailureKind = "connection" | "again" | "final";

/** The server's own code (https://www.postgresql.org/docs/current/errcodes-appendix.html), where it said one. */
export function sqlState(thrown: unknown): string {
  return thrown instanceof Error && "errno" in thrown && typeof thrown.errno === "string" ? thrown.errno : "";
}

// Of Bun's own: a server that refuses TLS, a password or a login method will do so again.
const lostConnection =
  /^ERR_POSTGRES_(?:CONNECTION_(?:CLOSED|REFUSED|TIMEOUT|RESET|FAILED)|IDLE_TIMEOUT|LIFETIME_TIMEOUT)$/;

export function failureKind(thrown: unknown): FailureKind {
  if (thrown instanceof MortarError)
    return thrown.code === "unreachable" || thrown.code === "timeout" ? "connection" : "final";
  const state = sqlState(thrown);
  // 57P01-57P03: the server shuts down, has crashed, or starts; 53300: it has no connection left.
  if (/^(?:08|57P0[1-3]|53300)/.test(state)) return "connection";
  if (state === "40001" || state === "40P01" || state === "55P03") return "again";
  return lostConnection.test(errnoOf(thrown) ?? "") ? "connection" : "final";
}

/** Whether the server would not have the user or the password. */
export const isRefused = (thrown: unknown): boolean => sqlState(thrown).startsWith("28");

/** The error for what was thrown; a defect of ours stays as it is. */
export function postgresFailure(where: string, thrown: unknown): unknown {
  if (thrown instanceof MortarError) return thrown;
  const cause = { cause: thrown };
  const state = sqlState(thrown);
  if (failureKind(thrown) === "connection") {
    return new MortarError("unreachable", `The database ${where} does not answer`, {
      hint: "See that its server runs and lets this machine in; nothing has to be restarted here when it is back.",
      ...cause,
    });
  }
  const known = byState.find(([states]) => states.test(state));
  if (known !== undefined) {
    const [, code, said, hint] = known;
    return new MortarError(code, `The database ${where} ${said}`, { hint, ...cause });
  }
  if (/TLS|SSL|CERT|AUTH|SASL|SCRAM|PASSWORD|CHANNEL_BINDING/.test(errnoOf(thrown) ?? "")) {
    const why = thrown instanceof Error ? thrown.message : "";
    return new MortarError("unreachable", `No safe connection to the database ${where}: ${why}`, {
      hint: "See its certificate, the sslmode in --database, and the user's password.",
      ...cause,
    });
  }
  return thrown;
}

type Known = readonly [states: RegExp, code: MortarError["code"], said: string, hint: string];

const byState: readonly Known[] = [
  [
    /^28/,
    "unreachable",
    "refuses the user or the password",
    "See the user and the password in --database (PGPASSWORD), and that the user may log in.",
  ],
  [
    /^3D000/,
    "unreachable",
    "is not there, though its server is",
    "Create it (CREATE DATABASE), or name another in --database.",
  ],
  [
    /^42501/,
    "permission_denied",
    "does not let this user do that",
    "As the database's owner: GRANT CREATE ON DATABASE … TO the user, or make the schema his own (ALTER SCHEMA … OWNER TO …).",
  ],
  [
    /^(?:53100|53200)/,
    "io",
    "is out of room",
    "Give its server more disk or memory, and try again: nothing has to be restarted here.",
  ],
  [/^25006/, "io", "is read-only", "Name a server that can be written to: a primary one, not a replica."],
  [/^(?:57014|55P03|4000[12]|40P01)/, "unavailable", "is too busy", "Try again in a moment."],
  [
    /^(?:42P07|42710)/,
    "invalid_state",
    "has tables of another program in this schema",
    "Give another schema with --database-schema.",
  ],
];
