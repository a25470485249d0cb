// Secrets as a notebook reads them: dbutils.secrets, with the rights of the workspace's owner.
import { ApiFault } from "../http/route.ts";
import { requireScope, secretValue } from "../secrets/scopes.ts";
import type { World } from "../world.ts";
import { FileFault } from "./file-fault.ts";

export interface SessionSecrets {
  /** The value as text. Throws FileFault. */
  read(scope: string, key: string): string;
  /** The keys of a scope. Throws FileFault. */
  list(scope: string): readonly string[];
  /** Every value that was read. */
  readonly seen: ReadonlySet<string>;
}

export function createSessionSecrets(world: World): SessionSecrets {
  const seen = new Set<string>();
  const caller = world.owner;
  return {
    seen,
    read: (scope, key) =>
      refused(() => {
        const value = Buffer.from(secretValue(world, { scope, key }, caller), "base64").toString("utf8");
        seen.add(value);
        return value;
      }),
    list: (scope) => refused(() => Object.keys(requireScope(world, scope, { caller, may: "READ" }).secrets)),
  };
}

function refused<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof ApiFault) throw new FileFault(`${thrown.errorCode}: ${thrown.message}`);
    throw thrown;
  }
}
