// src/skills/catalog.ts from the heads of skills/*/SKILL.md.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { skillSetNames, type SkillEntry, type SkillSetName } from "../../src/skills/entry.ts";
import { readSkillText } from "../../src/skills/frontmatter.ts";

const folder = join(import.meta.dir, "..", "..", "skills");
const width = 120;

/** The module's text, in the form that the formatter gives it. Throws when a head lacks what the catalog needs. */
export function skillCatalogModule(): string {
  const entries = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "SKILL.md")))
    .toSorted()
    .map((name) => catalogEntry(name, readFileSync(join(folder, name, "SKILL.md"), "utf8")));
  return `// Made by scripts/generate.ts from the heads of skills/*/SKILL.md: what is known of a skill before its content is loaded.
import type { SkillEntry } from "./entry.ts";

/** Every shipped skill, in the order of the alphabet. */
export const skillCatalog: readonly SkillEntry[] = [
${entries.map(source).join("\n")}
];
`;
}

/** What the catalog holds of a SKILL.md that lies in the folder `name`. */
export function catalogEntry(name: string, text: string): SkillEntry {
  const { head } = readSkillText(text, name);
  if (head.name !== name) throw new Error(`skills/${name} calls itself ${head.name}`);
  const title = head.metadata["title"];
  if (title === undefined) throw new Error(`skills/${name} has no metadata.title`);
  const sets = words(head.metadata["sets"]).map((set) => knownSet(name, set));
  return { name, title, description: head.description, aliases: words(head.metadata["aliases"]), sets };
}

function knownSet(name: string, set: string): SkillSetName {
  const found = skillSetNames.find((one) => one === set);
  if (found === undefined) throw new Error(`skills/${name} names the set ${set}, which is none`);
  return found;
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/[\s,]+/).filter((word) => word !== "");
}

function source({ name, title, description, aliases, sets }: SkillEntry): string {
  return `  {
    name: ${quoted(name)},
    title: ${quoted(title)},
${property("description", quoted(description))}
${list("aliases", aliases)}
${list("sets", sets)}
  },`;
}

function property(name: string, value: string): string {
  const line = `    ${name}: ${value},`;
  return line.length <= width ? line : `    ${name}:\n      ${value},`;
}

function list(name: string, values: readonly string[]): string {
  const line = `    ${name}: [${values.map(quoted).join(", ")}],`;
  if (line.length <= width) return line;
  return `    ${name}: [\n${values.map((value) => `      ${quoted(value)},`).join("\n")}\n    ],`;
}

/** As the formatter quotes: apostrophes round a text that holds more quotation marks than apostrophes. */
function quoted(text: string): string {
  const marks = text.split('"').length;
  if (marks <= text.split("'").length) return JSON.stringify(text);
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
