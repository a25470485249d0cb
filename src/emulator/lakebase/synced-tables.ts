// A synced table: what it copies, and whether that can be.
import { ApiFault } from "../http/route.ts";
import { invalid, optionalTexts, optionalWord, requiredText } from "../http/fields.ts";
import { SqlFault } from "../sql/engine.ts";
import type { World } from "../world.ts";

interface Wanted {
  /** catalog.schema.table of the synced table itself. */
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The specification with its status. Throws INVALID_PARAMETER_VALUE, and TABLE_DOES_NOT_EXIST for the source. */
export async function syncedTableSpec(world: World, { name, spec }: Wanted): Promise<Record<string, unknown>> {
  if (name.split(".").length !== 3) throw invalid(`${name} is not the whole name of a table.`);
  const source = requiredText(spec["source_table_full_name"], "source_table_full_name");
  const keys = optionalTexts(spec["primary_key_columns"], "primary_key_columns") ?? [];
  if (keys.length === 0) throw invalid("primary_key_columns must name at least one column.");
  const policies = ["SNAPSHOT", "TRIGGERED", "CONTINUOUS"] as const;
  const policy = optionalWord(spec["scheduling_policy"], "scheduling_policy", policies) ?? "TRIGGERED";
  const columns = await columnsOf(world, source);
  const missing = keys.filter((key) => !columns.includes(key.toLowerCase()));
  if (missing.length > 0) throw invalid(`The source table ${source} has no column ${missing.join(", ")}.`);
  const state =
    policy === "CONTINUOUS" ? "SYNCED_TABLE_ONLINE_CONTINUOUS_UPDATE" : "SYNCED_TABLE_ONLINE_NO_PENDING_UPDATE";
  return {
    spec: { ...spec, scheduling_policy: policy },
    status: { detailed_state: state, unity_catalog_provisioning_state: "ACTIVE", pipeline_id: crypto.randomUUID() },
  };
}

async function columnsOf(world: World, table: string): Promise<readonly string[]> {
  const session = await (await world.sql()).session({});
  const quoted = table.split(".").map((part) => `\`${part.replaceAll("`", "``")}\``);
  try {
    const { rows } = await session.query(`DESCRIBE TABLE ${quoted.join(".")}`, { signal: world.signal });
    return rows.map(([column]) => String(column).toLowerCase());
  } catch (thrown) {
    if (!(thrown instanceof SqlFault)) throw thrown;
    throw new ApiFault(404, "TABLE_DOES_NOT_EXIST", `The source table ${table} does not exist.`);
  } finally {
    await session.close();
  }
}
