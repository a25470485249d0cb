// `mortar skills show`: the text that an agent would read.
import type { Run } from "../../cli/context.ts";
import { findSkill } from "../../skills/find.ts";
import { loadSkill } from "../../skills/package.ts";

export const run: Run = async ({ positionals }) => {
  const [name = "", file] = positionals;
  const { text, head, files, name: own } = await loadSkill(name, file);
  const entry = findSkill(own);
  const sources = (head.metadata["sources"] ?? "").split(/\s+/).filter((word) => word !== "");
  const { aliases = [], sets = [], title = own } = entry ?? {};
  const data = {
    name: own,
    title,
    description: head.description,
    aliases,
    sets,
    sources,
    files,
    file: file ?? "SKILL.md",
  };
  return { data: { ...data, text }, text: text.endsWith("\n") ? text : `${text}\n` };
};
