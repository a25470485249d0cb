// What lies behind a name that says nothing of it: the place of an external location, the tables of a monitor, what is in a
// share. Protection goes by what is written, not by what it is called.
import { objects, text } from "../../workspace/fields.ts";
import type { ToolContext } from "../define.ts";
import { pathTarget, securable, type Target } from "../targets.ts";
import { onMonitor } from "./monitors-api.ts";
import { securablePath, securableTargets, type SecurableType } from "./securables.ts";
import { getUnity } from "./unity-api.ts";

/** The place of an external location. Throws `not_found`. */
export async function locationTargets(context: ToolContext, name: string): Promise<readonly Target[]> {
  const url = text(await getUnity(context, securablePath("external_location", name)), "url");
  return url === undefined ? [] : [pathTarget(url)];
}

/** The schema that a monitor writes to. Throws `not_found`. */
export async function monitorTargets(context: ToolContext, table: string): Promise<readonly Target[]> {
  const schema = text(await onMonitor(context, table, { is: "get" }), "output_schema_name");
  return schema === undefined ? [] : [securable(schema)];
}

/** An object by its name, with what is reached through it. Throws `not_found`. */
export async function reachedTargets(
  context: ToolContext,
  type: SecurableType,
  name: string,
): Promise<readonly Target[]> {
  if (type === "external_location") return await locationTargets(context, name);
  if (type !== "share") return securableTargets(type, name);
  const wire = await getUnity(context, securablePath("share", name), { include_shared_data: true });
  return objects(wire, "objects").map((one) => securable(text(one, "name")));
}
