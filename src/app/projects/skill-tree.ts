// The skills that lie in a project's folder, as a tree for the page: folders first, nothing hidden.
import { MortarError } from "../../platform/errors.ts";
import type { TreeNode } from "../contract/api.ts";
import { isGone } from "./file-faults.ts";
import { listLimit } from "./limits.ts";
import type { Live } from "./live.ts";
import { isHidden } from "./paths.ts";
import { skillsFolder } from "./skill-layout.ts";
import { walkTree, type Found } from "./walk.ts";

/** Paths are below the folder of skills. Empty where there is none. */
export async function skillTree(live: Live): Promise<readonly TreeNode[]> {
  const depth = skillsFolder.length;
  try {
    const { found } = await walkTree(live.root, skillsFolder, {
      tells: (parts) => !isHidden(parts.slice(depth)),
      into: () => true,
      limit: listLimit,
    });
    return nodesOf(
      found.map(({ parts, facts }) => ({ parts: parts.slice(depth), facts })),
      0,
    );
  } catch (thrown) {
    if (isGone(thrown) || (thrown instanceof MortarError && thrown.code === "invalid_input")) return [];
    throw thrown;
  }
}

/** `found` lists each folder right before what is in it. */
function nodesOf(found: readonly Found[], depth: number): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  for (const [index, { parts, facts }] of found.entries()) {
    if (parts.length !== depth + 1) continue;
    const head = { name: parts.at(-1) ?? "", path: parts.join("/") };
    if (!facts.isDirectory()) {
      nodes.push({ ...head, type: "file" });
      continue;
    }
    const next = found.findIndex((other, at) => at > index && other.parts.length <= depth + 1);
    const inner = found.slice(index + 1, next === -1 ? undefined : next);
    nodes.push({ ...head, type: "directory", children: nodesOf(inner, depth + 1) });
  }
  return [...nodes.filter(({ type }) => type === "directory"), ...nodes.filter(({ type }) => type === "file")];
}
