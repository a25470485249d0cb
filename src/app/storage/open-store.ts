// The app's database, opened and brought to this program's version.
import { resolve } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { createApprovalStore } from "./approval-store.ts";
import { createConversationStore } from "./conversation-store.ts";
import type { Database } from "./database.ts";
import { createEventStore } from "./event-store.ts";
import { createFileStore } from "./file-store.ts";
import { createMessageStore } from "./message-store.ts";
import { migrate } from "./migrate.ts";
import { createOperationStore } from "./operation-store.ts";
import { createProjectStore } from "./project-store.ts";
import { createRunStore } from "./run-store.ts";
import { createSettingsStore } from "./settings-store.ts";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "./store.ts";

export interface StoreOptions {
  /** A file's path, `postgres://…` or `lakebase:…`. */
  readonly database: string;
}

/**
 * Opens the database, makes it where it is missing and brings it to this program's version before anything else.
 * Throws `io` for a file that cannot be written, `unreachable` for a server that does not answer, `invalid_state` for a
 * database of a newer version, `invalid_input` for what is no database.
 */
export async function openStore(deps: Deps, { database: written }: StoreOptions): Promise<Store> {
  const database = await openSqlite(resolve(deps.cwd, written), deps.clock);
  try {
    await migrate(database, { clock: deps.clock });
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
    check: async () => {
      await database.rows("SELECT 1 FROM :migrations");
    },
    close: () => database.close(),
  };
}
