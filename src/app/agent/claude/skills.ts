// The project's skills and its CLAUDE.md for Claude Code: their words alone, without what could grant or run anything.
import { lstat, mkdir, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { readSkillText } from "../../../skills/frontmatter.ts";

const mostSkills = 200;
const mostBytes = 256_000;

/**
 * Makes a plugin of the skills in `.claude/skills`, below `place`. Of what stands at a skill's head only name and description
 * are taken: tools that it allows itself, hooks and models are not the project's to decide, for the agent writes in it. Gives
 * the plugin's folder, undefined where there is no skill.
 */
export async function pluginOfSkills(folder: string, place: string): Promise<string | undefined> {
  const root = join(folder, ".claude", "skills");
  const names = (await readdir(root).catch(() => [])).toSorted().slice(0, mostSkills);
  const texts = await Promise.all(names.map(async (name) => ({ name, text: await textOf(folder, name) })));
  const skills = texts.flatMap(({ name, text }) => (text === undefined ? [] : [{ name, text }]));
  if (skills.length === 0) return undefined;
  const plugin = join(place, "plugin");
  await write(join(plugin, ".claude-plugin"), "plugin.json", JSON.stringify({ name: "project", version: "1.0.0" }));
  for (const { name, text } of skills) await write(join(plugin, "skills", name), "SKILL.md", text);
  return plugin;
}

async function textOf(folder: string, name: string): Promise<string | undefined> {
  if (!/^[\w.-]+$/.test(name) || name.startsWith(".")) return undefined;
  const text = await ownText(folder, join(folder, ".claude", "skills", name, "SKILL.md"));
  if (text === undefined) return undefined;
  try {
    const { head, body } = readSkillText(text, name);
    const where = `The other files of this skill are in \`.claude/skills/${name}/\` of the working folder.`;
    const lines = [`name: ${JSON.stringify(name)}`, `description: ${JSON.stringify(head.description)}`];
    return `---\n${lines.join("\n")}\n---\n${where}\n\n${body}`;
  } catch {
    // No skill: the explorer says why.
    return undefined;
  }
}

/** What a run is told beside the app's own prompt: the notes that the project keeps of itself. */
export async function projectNotes(folder: string): Promise<string> {
  const text = (await ownText(folder, join(folder, "CLAUDE.md")))?.trim() ?? "";
  return text === "" ? "" : `\n\n# The project's own notes (CLAUDE.md)\n\n${text}\n`;
}

/** The text of a file that is the project's own: what a link leads to outside of it is not. */
async function ownText(folder: string, path: string): Promise<string | undefined> {
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(path)]);
    const facts = await lstat(real);
    if (!real.startsWith(root + sep) || !facts.isFile() || facts.size > mostBytes) return undefined;
    return await readFile(real, "utf8");
  } catch {
    return undefined;
  }
}

async function write(folder: string, name: string, content: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, name), content, { mode: 0o600 });
}
