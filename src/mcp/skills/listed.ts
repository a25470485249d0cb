// The shipped skills in lists of resources: from what is known of each without its text, for clients ask when they start.
import type { Resource } from "@modelcontextprotocol/server";
import { skillCatalog } from "../../skills/catalog.ts";

/** Each skill's SKILL.md. */
export function skillResources(): readonly Resource[] {
  return skillCatalog.map(({ name, title, description }) => ({
    uri: `skill://${name}/SKILL.md`,
    name,
    title: `Skill: ${title}`,
    description,
    mimeType: "text/markdown",
  }));
}
