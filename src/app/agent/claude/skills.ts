// The project's skills for Claude Code: their words alone, without what could grant or run anything.
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSkillText } from "../../../skills/frontmatter.ts";
import { ownText } from "../project-notes.ts";

const mostSkills = 200;

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

async function write(folder: string, name: string, content: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, name), content, { mode: 0o600 });
}
