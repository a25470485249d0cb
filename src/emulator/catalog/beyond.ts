// The workspace as its SQL sees it: grants and connections, kept by the same rules as over the API.
import { ApiFault } from "../http/route.ts";
import { secretValue } from "../secrets/scopes.ts";
import type { Beyond } from "../sql/beyond.ts";
import { SqlFault } from "../sql/engine.ts";
import { keepLineage } from "../system-tables/lineage.ts";
import { systemTable } from "../system-tables/tables.ts";
import type { World } from "../world.ts";
import { connectionFields } from "./connections.ts";
import { changeGrants, effectiveGrants } from "./grants.ts";
import { createRoot, rootObjects } from "./metastore.ts";
import { findSecurable } from "./securables.ts";

/** SQL runs as the owner of the workspace, who may do everything. */
export function beyondOf(world: World): Beyond {
  return {
    grants: async (on) => {
      const place = await asSql(() => findSecurable(world, on.type, on.name));
      return effectiveGrants(world, place).map(({ principal, privilege, from = place }) => ({
        principal,
        privilege,
        on: { type: from.type, name: from.name },
      }));
    },
    changeGrants: async (on, change) =>
      asSql(async () => changeGrants(world, await findSecurable(world, on.type, on.name), [change])),
    createConnection: async ({ name, type, options, comment }) => {
      await asSql(() => {
        const body = { name, connection_type: type, options, ...(comment === undefined ? {} : { comment }) };
        createRoot(world, "connection", { body, fields: connectionFields(body, undefined), caller: world.owner });
      });
    },
    hasConnection: (name) => rootObjects(world, "connection").get(name.toLowerCase()) !== undefined,
    dropConnection: async (name) => void rootObjects(world, "connection").delete(name.toLowerCase()),
    systemTable: (schema, table) => systemTable(world, schema, table),
    touched: (touched) => keepLineage(world, touched),
    secret: (scope, key) => {
      try {
        return Buffer.from(secretValue(world, { scope, key }, world.owner), "base64").toString();
      } catch (thrown) {
        throw sqlFault(thrown);
      }
    },
  };
}

async function asSql<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw sqlFault(thrown);
  }
}

function sqlFault(thrown: unknown): unknown {
  return thrown instanceof ApiFault ? new SqlFault(thrown.errorCode, "42000", thrown.message) : thrown;
}
