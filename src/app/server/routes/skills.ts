// The skills of a project: which are on, what is in them, and those of its own.
import * as z from "zod";
import { projectFor } from "../access.ts";
import { route, type Route } from "../route.ts";
import { done, skillList, stopped, treeNode } from "../wire-fields.ts";

const base = "/api/projects/{project_id}/skills";
const fileName = z.string().min(1).max(500);
const mostSkillChars = 1_000_000;

export const skillRoutes: readonly Route[] = [
  route(`GET ${base}/available`, {
    summary: "The skills that there are, and which are on in the project",
    answer: skillList,
    run: async (call) => {
      const { id } = await projectFor(call, call.params.project_id, "view");
      return await call.parts.projects.skills.list(id);
    },
  }),
  route(`PUT ${base}/enabled`, {
    summary: "Say which skills are on; null for all",
    body: z.strictObject({ enabled_skills: z.array(z.string().max(200)).max(500).nullable() }),
    answer: z.object({ success: done, enabled_skills: z.array(z.string()).nullable(), all_enabled: z.boolean() }),
    run: async (call) => {
      const { skills } = call.parts.projects;
      const { id } = await projectFor(call, call.params.project_id, "work");
      await skills.setEnabled(id, call.body.enabled_skills);
      const { all_enabled: all } = await skills.list(id);
      return { success: true, enabled_skills: call.body.enabled_skills, all_enabled: all } as const;
    },
  }),
  route(`POST ${base}/reload`, {
    summary: "Write the skills of this program's version into the project's folder",
    answer: stopped,
    run: async (call) => {
      const { id } = await projectFor(call, call.params.project_id, "work");
      await call.parts.projects.skills.sync(id);
      return { success: true, message: "The skills are those of this version" };
    },
  }),
  route(`GET ${base}/tree`, {
    summary: "The files of the skills in the project's folder",
    answer: z.object({ tree: z.array(treeNode) }),
    run: async (call) => {
      const { id } = await projectFor(call, call.params.project_id, "view");
      return { tree: await call.parts.projects.skills.tree(id) };
    },
  }),
  route(`GET ${base}/file`, {
    summary: "A file of a skill",
    query: z.strictObject({ path: z.string().min(1).max(4_096) }),
    answer: z.object({ path: z.string(), content: z.string(), filename: z.string() }),
    run: async (call) => {
      const { id } = await projectFor(call, call.params.project_id, "view");
      return await call.parts.projects.skills.file(id, call.query.path);
    },
  }),
  route(`PUT ${base}/own/{skill}`, {
    summary: "Add a skill of the project's own, or write it anew",
    body: z.strictObject({
      files: z
        .record(fileName, z.string().max(mostSkillChars))
        .refine((files) => "SKILL.md" in files, "SKILL.md is missing")
        .refine((files) => Object.keys(files).length <= 200, "a skill has at most 200 files"),
    }),
    answer: skillList,
    run: async (call) => {
      const { skills } = call.parts.projects;
      const { id } = await projectFor(call, call.params.project_id, "work");
      await skills.add(id, call.params.skill, call.body.files);
      return await skills.list(id);
    },
  }),
  route(`DELETE ${base}/own/{skill}`, {
    summary: "Take a skill of the project's own away",
    answer: skillList,
    run: async (call) => {
      const { skills } = call.parts.projects;
      const { id } = await projectFor(call, call.params.project_id, "work");
      await skills.removeOwn(id, call.params.skill);
      return await skills.list(id);
    },
  }),
];
