// The prompts, in the order in which they are listed, and which of them are there.
import type { Prompt } from "@modelcontextprotocol/server";
import { generationOf } from "../../tools/naming.ts";
import type { Selection } from "../../tools/selection.ts";
import type { PromptDeclaration } from "./declare.ts";
import { diagnoseRun } from "./diagnose-run.ts";
import { exploreTable } from "./explore-table.ts";
import { jobFromNotebook } from "./job-from-notebook.ts";
import { profileCosts } from "./profile-costs.ts";
import { reviewSql } from "./review-sql.ts";

export const allPrompts: readonly PromptDeclaration[] = [
  exploreTable,
  jobFromNotebook,
  diagnoseRun,
  profileCosts,
  reviewSql,
];

/** Those whose tools are all on. They speak of tools by names of ours, which older namings do not list. */
export function promptsOn({ entries, naming }: Selection): readonly PromptDeclaration[] {
  if (generationOf(naming) !== undefined) return [];
  const on = new Set(entries.map(({ name }) => name));
  return allPrompts.filter(({ needs }) => needs.every((name) => on.has(name)));
}

/** prompts/list. */
export function listPrompts(selection: Selection): Prompt[] {
  return promptsOn(selection).map(({ name, title, description, arguments: takes }) => ({
    name,
    title,
    description,
    arguments: takes.map((argument) => ({
      name: argument.name,
      title: argument.title,
      description: argument.description,
      required: argument.required === true,
    })),
  }));
}
