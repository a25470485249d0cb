// The app's database, opened and brought to this program's version.
import type { Deps } from "../../platform/deps.ts";
import type { WorkspaceSource } from "../../tools/open-workspace.ts";
import { createApprovalStore } from "./approval-store.ts";
import { createConversationStore } from "./conversation-store.ts";
import type { Database } from "./database.ts";
import { createEventStore } from "./event-store.ts";
import { createFileStore } from "./file-store.ts";
import { lakebaseConnection } from "./lakebase.ts";
import { name } from "./limits.ts";
import { createMessageStore } from "./message-store.ts";
import { migrate } from "./migrate.ts";
import { createOperationStore } from "./operation-store.ts";
import { openPostgres } from "./postgres.ts";
import { preparePostgres } from "./postgres-schema.ts";
import { createProjectStore } from "./project-store.ts";
import { createRunStore } from "./run-store.ts";
import { createSettingsStore } from "./settings-store.ts";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "./store.ts";
import { parseTarget, type LakebaseTarget, type PostgresTarget } from "./target.ts";

export interface StoreOptions {
  /** A file's path, `postgres://…` or `lakebase:…`: see parseTarget. */
  readonly database: string;
  /** Of Postgres: where our tables are. `mortar_app` unless given; made where it is missing. */
  readonly schema?: string | undefined;
  /** Connections to Postgres, at most. 10 unless given. */
  readonly poolSize?: number | undefined;
  /** 10 s unless given. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long a statement may take. 30 s unless given. */
  readonly answerTimeoutMs?: number | undefined;
  /** After how long a connection is made anew. 1 h unless given. */
  readonly maxLifetimeMs?: number | undefined;
  /** How often something is tried again while the server is away, 4 times unless given; the first pause, 100 ms unless given. */
  readonly retries?: number | undefined;
  readonly retryDelayMs?: number | undefined;
  /** For Lakebase: the app's own workspace, which says where it is and gives out passwords. */
  readonly workspace?: WorkspaceSource | undefined;
}

/**
 * Opens the database, makes it where it is missing and brings it to this program's version before anything else.
 * Throws `io` for a file that cannot be written, `unreachable` for a server that does not answer or refuses us, `permission_denied`
 * where its user may not make tables, `invalid_state` for a database of a newer version, `invalid_input` for what is no database.
 */
export async function openStore(deps: Deps, options: StoreOptions): Promise<Store> {
  const target = parseTarget(deps, options.database);
  if (target.kind === "sqlite") return await ready(await openSqlite(target.file, deps.clock), deps);
  const schema = name("schema", options.schema ?? "mortar_app", 63);
  const database = openPostgres({
    ...(await connectionOf(deps, target, options)),
    schema,
    poolSize: options.poolSize ?? 10,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    answerTimeoutMs: options.answerTimeoutMs ?? 30_000,
    maxLifetimeMs: options.maxLifetimeMs ?? 3_600_000,
    retries: options.retries ?? 4,
    retryDelayMs: options.retryDelayMs ?? 100,
    clock: deps.clock,
  });
  return await ready(database, deps, (statements) => preparePostgres(statements, schema));
}

async function connectionOf(deps: Deps, target: PostgresTarget | LakebaseTarget, { workspace }: StoreOptions) {
  if (target.kind === "lakebase") return await lakebaseConnection(target, { clock: deps.clock, workspace });
  const { password, ...place } = target;
  return { ...place, password: async () => password?.reveal() ?? "" };
}

async function ready(
  database: Database,
  deps: Deps,
  prepare?: Parameters<typeof migrate>[1]["prepare"],
): Promise<Store> {
  try {
    await migrate(database, { clock: deps.clock, ...(prepare === undefined ? {} : { prepare }) });
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
  return storeOf(database, deps);
}

function storeOf(database: Database, { clock }: Deps): Store {
  const part = { database, clock };
  return {
    kind: database.kind,
    projects: createProjectStore(part),
    conversations: createConversationStore(part),
    messages: createMessageStore(part),
    runs: createRunStore(part),
    events: createEventStore(part),
    approvals: createApprovalStore(part),
    operations: createOperationStore(part),
    settings: createSettingsStore(part),
    files: createFileStore(part),
    check: () => database.check(),
    close: () => database.close(),
  };
}
