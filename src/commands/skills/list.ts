// `mortar skills list`: the shipped skills, and what is installed where.
import type { Run } from "../../cli/context.ts";
import { skillSetTitles } from "../../skills/entry.ts";
import { skillsOfSets } from "../../skills/find.ts";
import { installedSkills, sourceWords } from "../../skills/manage.ts";
import { shortPath } from "./words.ts";
import type { listFlags } from "./table.ts";

export const run: Run<typeof listFlags> = async ({ deps, flags }) => {
  const installed = await installedSkills(deps);
  if (flags.installed) return { data: { installed }, text: installedText(installed, deps) };
  const skills = skillsOfSets(flags.set).map((entry) => ({
    ...entry,
    installed: installed
      .filter(({ name, source, present }) => present && name === entry.name && source.kind === "built-in")
      .map(({ folder }) => folder),
  }));
  const width = Math.max(...skills.map(({ name }) => name.length), 0);
  const lines = skills.map((skill) => {
    const count = skill.installed.length;
    return `${count > 0 ? "*" : " "} ${skill.name.padEnd(width)}  ${skill.title}`;
  });
  const some = skills.some((skill) => skill.installed.length > 0);
  const foot = some ? "\n* is installed; mortar skills list --installed says where.\n" : "";
  return { data: { skills, sets: skillSetTitles }, text: `${lines.join("\n")}\n${foot}` };
};

function installedText(
  installed: Awaited<ReturnType<typeof installedSkills>>,
  deps: Parameters<typeof shortPath>[1],
): string {
  if (installed.length === 0) return "No skill is installed.\n";
  return `${installed
    .map(({ name, folder, source, present }) => {
      const from = source.kind === "built-in" ? "" : `  from ${shortPath(sourceWords(source), deps)}`;
      return `${name}  ${shortPath(folder, deps)}${from}${present ? "" : "  (gone)"}`;
    })
    .join("\n")}\n`;
}
