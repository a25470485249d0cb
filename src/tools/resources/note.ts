// After each call that worked: what it made goes into the record, what it deleted comes out. No call fails because of that.
import { isObject } from "../../platform/json.ts";
import type { ToolContext } from "../define.ts";
import { isoTime } from "../fields.ts";
import { deleters, isMadeType, makers, withinCatalogs, type MadeType, type Outcome } from "./made.ts";
import { changeMade, type MadeEntry } from "./record.ts";

/** A call waits no longer than this for another process that writes the record. */
const waitMs = 1_000;

interface Ended {
  readonly input: unknown;
  readonly output: unknown;
  /** Whether the call worked and what it is about did not. */
  readonly failing: () => boolean;
}

/** Keeps what `tool` did; `tool` is its own name, whatever it is listed as. Never throws. */
export async function noteMade(context: ToolContext, tool: string, ended: Ended): Promise<void> {
  const { input, output } = ended;
  if (!isObject(input) || !isObject(output)) return;
  try {
    const change = changeBy(tool, { input, output }, isoTime(context.deps.clock.now()) ?? "");
    if (change === undefined || ended.failing()) return;
    // Not under the call's signal: what was made was made, also where nobody waits for it any more.
    await changeMade({ deps: context.deps, host: context.workspace.host, waitMs }, change);
  } catch (thrown) {
    context.deps.log.debug(`the record of what was made was not changed: ${String(thrown)}`);
  }
}

type Change = (made: readonly MadeEntry[]) => readonly MadeEntry[];

function changeBy(tool: string, outcome: Outcome, madeAt: string): Change | undefined {
  const made = madeBy(tool, outcome, madeAt);
  if (made !== undefined) return (all) => [...all.filter((one) => !isSame(one, made)), made];
  const isGone = goneBy(tool, outcome);
  if (isGone === undefined) return undefined;
  return (all) => (all.some(isGone) ? all.filter((one) => !isGone(one)) : all);
}

function madeBy(tool: string, outcome: Outcome, madeAt: string): MadeEntry | undefined {
  const maker = Object.hasOwn(makers, tool) ? makers[tool] : undefined;
  if (maker === undefined || maker.isNew?.(outcome) === false) return undefined;
  const id = idIn(outcome, maker.id);
  if (id === undefined) return undefined;
  return {
    type: maker.type,
    id,
    name: maker.name === undefined ? undefined : fieldIn(outcome, maker.name),
    url: maker.url === undefined ? undefined : fieldIn(outcome, maker.url),
    made_by: tool,
    made_at: madeAt,
  };
}

function goneBy(tool: string, outcome: Outcome): ((entry: MadeEntry) => boolean) | undefined {
  const deleter = Object.hasOwn(deleters, tool) ? deleters[tool] : undefined;
  // What only goes on, or was done in part, may still be there.
  if (deleter === undefined || /^(?:going_on|incomplete)$/.test(String(outcome.output["state"]))) return undefined;
  const id = idIn(outcome, deleter.id);
  if (id === undefined) return undefined;
  if (deleter.types !== "securable_type") {
    const { types } = deleter;
    return (one) => types.includes(one.type) && (isId(one, id) || isBelow(one, id));
  }
  const type = fieldIn(outcome, "securable_type") ?? "";
  const holds = type === "catalog" || type === "schema";
  return (one) =>
    (isOfType(one, type) && isId(one, id)) || (holds && withinCatalogs.includes(one.type) && isBelow(one, id));
}

/** A table goes with its monitor, and a metric view can be dropped as a table. */
function isOfType({ type }: MadeEntry, gone: string): boolean {
  const alsoTables: readonly MadeType[] = ["monitor", "metric_view"];
  return isMadeType(gone) && (type === gone || (gone === "table" && alsoTables.includes(type)));
}

export function isSame(one: Pick<MadeEntry, "type" | "id">, other: Pick<MadeEntry, "type" | "id">): boolean {
  return one.type === other.type && plainId(one.id) === plainId(other.id);
}

function isId({ id }: MadeEntry, other: string): boolean {
  return plainId(id) === plainId(other);
}

function isBelow({ id }: MadeEntry, above: string): boolean {
  const below = plainId(id);
  return below.startsWith(`${plainId(above)}/`) || below.startsWith(`${plainId(above)}.`);
}

/** Two spellings of one path: with and without the root that newer workspaces write, with and without a slash at the end. */
function plainId(id: string): string {
  return id.replace(/^\/Workspace(?=\/)/, "").replace(/(?<=.)\/+$/, "");
}

function idIn(outcome: Outcome, field: string): string | undefined {
  const parts = field.split("/").map((one) => fieldIn(outcome, one));
  return parts.every((one) => one !== undefined && one !== "") ? parts.join("/") : undefined;
}

function fieldIn({ input, output }: Outcome, field: string): string | undefined {
  const value = output[field] ?? input[field];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
