// resources/templates/list: how things of the workspace are addressed.
import type { ResourceTemplateType } from "@modelcontextprotocol/server";
import type { Selection } from "../../tools/selection.ts";
import { kindsOn } from "./kinds.ts";

export const skillTemplate = "skill://{name}/{+file}";

/** The templates of the kinds that are there with these tools, and that of the skills. */
export function listTemplates(selection: Selection): ResourceTemplateType[] {
  const kinds = kindsOn(selection).map(({ template, name, title, description, mimeType }) => ({
    uriTemplate: template,
    name,
    title,
    description,
    mimeType,
  }));
  const skill = {
    uriTemplate: skillTemplate,
    name: "skill",
    title: "Skill",
    description: "Know-how about work on Databricks; the file is SKILL.md or one that it refers to",
    mimeType: "text/markdown",
  };
  return [...kinds, skill];
}
