// The skills of this program, as files to be laid out: read once in a process.
import { skillTexts } from "../../skills/embedded.ts";
import { findSkill } from "../../skills/find.ts";
import { skillCatalog } from "../../skills/catalog.ts";
import { MortarError } from "../../platform/errors.ts";
import { hashOf } from "../../skills/package.ts";

export interface ShippedFile {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly hash: string;
}

export interface Shipped {
  /** Those that there are in this app, in the order of the alphabet. */
  readonly names: readonly string[];
  /** By path below a folder of skills: `databricks-jobs/SKILL.md`. */
  files(): Promise<ReadonlyMap<string, ShippedFile>>;
}

/** `chosen`: names or older names; undefined for every skill. Throws `not_found` for one that is none. */
export function createShipped(chosen: readonly string[] | undefined): Shipped {
  const wanted = chosen === undefined ? undefined : new Set(chosen.map(requireShipped));
  const names = skillCatalog.map(({ name }) => name).filter((name) => wanted?.has(name) ?? true);
  let loading: Promise<ReadonlyMap<string, ShippedFile>> | undefined;
  const load = async (): Promise<ReadonlyMap<string, ShippedFile>> => {
    const files = new Map<string, ShippedFile>();
    for (const [path, text] of await skillTexts()) {
      const content = new TextEncoder().encode(text);
      files.set(path, { content, hash: hashOf(content) });
    }
    return files;
  };
  return { names, files: () => (loading ??= load()) };
}

function requireShipped(name: string): string {
  const entry = findSkill(name.trim());
  if (entry !== undefined) return entry.name;
  throw new MortarError("not_found", `There is no skill ${name}`, { hint: "mortar skills list shows all of them." });
}
