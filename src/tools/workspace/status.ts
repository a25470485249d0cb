// What is at a path, where something may or may not be.
import { MortarError } from "../../platform/errors.ts";
import type { ObjectInfo } from "../../workspace/objects.ts";
import type { ToolContext } from "../define.ts";

/** Undefined where there is nothing, or nothing that the caller may see. */
export async function statusIfThere({ workspace, signal }: ToolContext, path: string): Promise<ObjectInfo | undefined> {
  try {
    return await workspace.objects.getStatus(path, { signal });
  } catch (thrown) {
    if (thrown instanceof MortarError && thrown.code === "not_found") return undefined;
    throw thrown;
  }
}
