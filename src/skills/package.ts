// A skill as files, wherever it comes from: shipped with the program, or a folder of somebody else.
import { createHash } from "node:crypto";
import { MortarError } from "../platform/errors.ts";
import { skillTexts } from "./embedded.ts";
import { requireSkill } from "./find.ts";
import { readSkillText, type SkillText } from "./frontmatter.ts";

export interface SkillFile {
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** Where a skill was taken from, and where an update looks again. */
export type SkillSource =
  { readonly kind: "built-in" } | { readonly kind: "folder"; readonly path: string; readonly commit?: string };

export interface SkillPackage {
  readonly name: string;
  readonly description: string;
  readonly source: SkillSource;
  /** By path below the skill's folder, with slashes. */
  readonly files: ReadonlyMap<string, SkillFile>;
}

/** SHA-256 as lower-case hexadecimal. */
export function hashOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A shipped skill by name or older name. Throws `not_found`. */
export async function builtInPackage(name: string): Promise<SkillPackage> {
  const entry = requireSkill(name);
  const texts = await textsOf(entry.name);
  const files = [...texts].map(([path, text]): [string, SkillFile] => [
    path,
    { content: new TextEncoder().encode(text), executable: false },
  ]);
  return { name: entry.name, description: entry.description, source: { kind: "built-in" }, files: new Map(files) };
}

export interface LoadedSkill extends SkillText {
  readonly name: string;
  /** The whole text of the asked file. */
  readonly text: string;
  /** Paths of all files, `SKILL.md` first. */
  readonly files: readonly string[];
}

/**
 * The content of a shipped skill by name or older name; `file` is one of its references, `SKILL.md` unless given.
 * Throws `not_found`.
 */
export async function loadSkill(name: string, file = "SKILL.md"): Promise<LoadedSkill> {
  const entry = requireSkill(name);
  const texts = await textsOf(entry.name);
  const files = [...texts.keys()].toSorted((left, right) => rank(left) - rank(right));
  const text = texts.get(file.replaceAll("\\", "/").replace(/^\.\//, ""));
  if (text === undefined) {
    throw new MortarError("not_found", `${entry.name} has no file ${file}`, { hint: `It has ${files.join(", ")}.` });
  }
  return { name: entry.name, ...readSkillText(texts.get("SKILL.md") ?? "", entry.name), text, files };
}

function rank(path: string): number {
  return path === "SKILL.md" ? 0 : 1;
}

async function textsOf(name: string): Promise<ReadonlyMap<string, string>> {
  const prefix = `${name}/`;
  const all = [...(await skillTexts())].filter(([path]) => path.startsWith(prefix));
  return new Map(all.map(([path, text]) => [path.slice(prefix.length), text]));
}
