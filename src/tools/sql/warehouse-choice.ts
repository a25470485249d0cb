// Which warehouse a statement runs on, where none is named: one that runs, else the one that is quickest to start.
import { MortarError } from "../../platform/errors.ts";
import type { Warehouse } from "../../workspace/warehouses.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { ToolContext } from "../define.ts";
import { warehouseSizes } from "./warehouse-sizes.ts";

export interface ChosenWarehouse {
  readonly id: string;
  /** Undefined where it was named by its id, and nobody was asked. */
  readonly name: string | undefined;
  readonly why: "named" | "from the environment" | "running" | "starting" | "quickest to start";
}

const keptMs = 60_000;
const chosen = new WeakMap<Workspace, { readonly choice: ChosenWarehouse; readonly untilMs: number }>();

/** Throws `not_found` where the workspace has none that this user can use. A choice holds for a minute. */
export async function chooseWarehouse(context: ToolContext, named: string | undefined): Promise<ChosenWarehouse> {
  if (named !== undefined) return { id: named, name: undefined, why: "named" };
  const { workspace, deps, signal } = context;
  const ofEnvironment = deps.env["DATABRICKS_WAREHOUSE_ID"];
  if (ofEnvironment !== undefined && ofEnvironment !== "") {
    return { id: ofEnvironment, name: undefined, why: "from the environment" };
  }
  const kept = chosen.get(workspace);
  if (kept !== undefined && deps.clock.now() < kept.untilMs) return kept.choice;
  const { items } = await workspace.warehouses.list({ signal });
  const choice = quickest(items);
  if (choice === undefined) throw noWarehouse(items.length);
  chosen.set(workspace, { choice, untilMs: deps.clock.now() + keptMs });
  return choice;
}

/** The next statement looks anew: this one is gone, or not for this user. */
export function forgetWarehouse(workspace: Workspace): void {
  chosen.delete(workspace);
}

/** Undefined where none of them can run anything. */
export function quickest(warehouses: readonly Warehouse[]): ChosenWarehouse | undefined {
  const usable = warehouses.filter(({ state, health }) => state in ranks && health?.status !== "FAILED");
  const [best] = usable.toSorted((one, other) => {
    return rankOf(one) - rankOf(other) || effort(one) - effort(other) || one.name.localeCompare(other.name, "en");
  });
  return best === undefined
    ? undefined
    : { id: best.id, name: best.name, why: whys[best.state] ?? "quickest to start" };
}

const ranks: Readonly<Record<string, number>> = { RUNNING: 0, STARTING: 1, STOPPED: 2, STOPPING: 3 };
const whys: Readonly<Record<string, ChosenWarehouse["why"]>> = { RUNNING: "running", STARTING: "starting" };

const rankOf = ({ state }: Warehouse): number => ranks[state] ?? Number.POSITIVE_INFINITY;

const sizes: readonly string[] = warehouseSizes;

/** Serverless starts in seconds, the others in minutes; a small one costs less. Among those that run, the least busy. */
function effort({ serverless, clusterSize, activeSessions, state }: Warehouse): number {
  const known = sizes.indexOf(clusterSize ?? "");
  const size = known === -1 ? sizes.length : known;
  return (serverless ? 0 : 1_000_000) + (state === "RUNNING" ? activeSessions : size);
}

function noWarehouse(count: number): MortarError {
  return new MortarError(
    "not_found",
    count === 0 ? "There is no SQL warehouse that you can use" : "None of the SQL warehouses can run anything now",
    {
      hint: "Ask for CAN USE on one, or make one in the workspace under SQL Warehouses; then name it by warehouse_id.",
    },
  );
}
