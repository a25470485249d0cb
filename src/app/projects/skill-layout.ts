// Lays our skills out in a project's folder, as this program has them, and takes away those that are off. What lies there and was
// not laid by us is the project's own, and stays.
import { readdir, rmdir } from "node:fs/promises";
import { MortarError } from "../../platform/errors.ts";
import { hashOf } from "../../skills/package.ts";
import { factsAt, readWhole, removeWhole, writeWhole } from "./disk.ts";
import { isGone } from "./file-faults.ts";
import { textLimitBytes } from "./limits.ts";
import { oursOf, tellOnce, type Live, type ProjectsDeps } from "./live.ts";
import { openPlace } from "./place.ts";
import type { Shipped, ShippedFile } from "./shipped-skills.ts";
import { isUntouched, knownOf, writeCommon, type Common } from "./sync-state.ts";

export const skillsFolder = ["files", ".claude", "skills"] as const;

export interface Layout {
  readonly deps: ProjectsDeps;
  readonly shipped: Shipped;
  /** Names of ours that are on. */
  readonly enabled: readonly string[];
}

/**
 * Makes the folder as `enabled` says. The caller has the project's turn. Throws `io`. Something that the project has in the
 * way of our skills (a link, a file) is told of and left.
 */
export async function layOut(live: Live, { deps, shipped, enabled }: Layout): Promise<void> {
  const ours = await oursOf(live);
  const files = await shipped.files();
  const before = JSON.stringify([...ours]);
  try {
    for (const name of enabled) {
      const mine = [...files].filter(([path]) => path.startsWith(`${name}/`));
      await inItsWay(live, deps, name, () => layOne(live, { ours, deps, name }, mine));
    }
    for (const path of Array.from(ours.keys())) {
      const parts = path.split("/");
      const name = parts[skillsFolder.length] ?? "";
      const isCurrent = enabled.includes(name) && files.has(parts.slice(skillsFolder.length).join("/"));
      if (!isCurrent) await inItsWay(live, deps, name, () => takeAway(live, ours, parts));
    }
  } finally {
    if (JSON.stringify([...ours]) !== before) await writeCommon(live.root.path, ours, "skills.json");
  }
}

async function inItsWay(live: Live, deps: ProjectsDeps, name: string, work: () => Promise<void>): Promise<void> {
  try {
    await live.edit(work);
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code === "io") throw thrown;
    tellOnce(deps, live, `the skill ${name} cannot be laid out: ${thrown.message}`);
  }
}

interface One {
  readonly ours: Common;
  readonly deps: ProjectsDeps;
  readonly name: string;
}

async function layOne(live: Live, { ours, deps, name }: One, files: readonly [string, ShippedFile][]): Promise<void> {
  const head = [...skillsFolder, name, "SKILL.md"];
  if (!ours.has(head.join("/")) && (await isForeign(live, head, files))) return;
  for (const [path, { content, hash }] of files) {
    const parts = [...skillsFolder, ...path.split("/")];
    const key = parts.join("/");
    const known = ours.get(key);
    const facts = known?.hash === hash ? await factsAt(live.root, parts) : undefined;
    if (known !== undefined && facts !== undefined && isUntouched(known, facts)) continue;
    if (facts !== undefined && (await hashAt(live, parts)) === hash) {
      ours.set(key, knownOf(hash, facts, deps.clock.now()));
      continue;
    }
    const written = await writeWhole(live.root, parts, content);
    ours.set(key, knownOf(hash, written, deps.clock.now()));
  }
}

/** Whether a skill of this name is there that we did not lay and that is not as ours is. */
async function isForeign(
  live: Live,
  head: readonly string[],
  files: readonly [string, ShippedFile][],
): Promise<boolean> {
  const there = await hashAt(live, head);
  return there !== undefined && there !== files.find(([path]) => path.endsWith("/SKILL.md"))?.[1].hash;
}

async function hashAt(live: Live, parts: readonly string[]): Promise<string | undefined> {
  try {
    return hashOf((await readWhole(live.root, parts, textLimitBytes)).content);
  } catch (thrown) {
    if (isGone(thrown)) return undefined;
    if (thrown instanceof MortarError && thrown.code === "too_large") return "";
    throw thrown;
  }
}

async function takeAway(live: Live, ours: Common, parts: readonly string[]): Promise<void> {
  try {
    await removeWhole(live.root, parts);
  } catch (thrown) {
    if (!isGone(thrown)) throw thrown;
  }
  ours.delete(parts.join("/"));
  for (let depth = parts.length - 1; depth > skillsFolder.length; depth--) {
    if (!(await removeIfEmpty(live, parts.slice(0, depth)))) return;
  }
}

async function removeIfEmpty(live: Live, parts: readonly string[]): Promise<boolean> {
  try {
    await using place = await openPlace(live.root, parts.slice(0, -1));
    const path = place.at(parts.at(-1) ?? "");
    if ((await readdir(path)).length > 0) return false;
    await rmdir(path);
    return true;
  } catch {
    return false;
  }
}
