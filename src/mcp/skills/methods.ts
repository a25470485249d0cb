// The methods of the skills extension, and the reading of a skill's file as a resource.
// https://modelcontextprotocol.io/seps/2640-skills-extension
import type { ReadResourceResult, Resource } from "@modelcontextprotocol/server";
import { ResourceNotFoundError } from "@modelcontextprotocol/server";
import { nearest } from "../../platform/suggest.ts";
import { wrongRequest } from "../errors.ts";
import { skillFiles } from "./files.ts";

type Params = Readonly<Record<string, unknown>>;

/** skills/list: every skill, on one page. */
export async function listSkills({ cursor }: Params) {
  if (cursor !== undefined) throw wrongRequest("The list has one page: there is no cursor");
  return { skills: await entries() };
}

/** skills/get: the skill whose SKILL.md is at `uri`. */
export async function getSkill(params: Params) {
  const uri = uriOf(params);
  const all = await entries();
  const skill = all.find((entry) => entry.uri === uri);
  if (skill !== undefined) return { skill };
  const known = all.map((entry) => entry.uri);
  throw wrongRequest(`No skill is at ${shown(uri)}${suggestion(uri, known)}`);
}

/** Loaded here: who reads one file needs no heads. */
async function entries() {
  return await (await import("./entries.ts")).skillEntries();
}

/** resources/directory/read: what is directly in a directory of a skill. */
export async function readSkillDirectory(params: Params): Promise<{ resources: readonly Resource[] }> {
  if (params["cursor"] !== undefined) throw wrongRequest("The list has one page: there is no cursor");
  const uri = uriOf(params);
  const { folders } = await skillFiles();
  const resources = folders.get(uri);
  if (resources === undefined) {
    throw wrongRequest(`${shown(uri)} is no directory of a skill${suggestion(uri, folders.keys())}`);
  }
  return { resources };
}

/** resources/read of a file of a skill. Throws ResourceNotFoundError. */
export async function readSkillFile(uri: string): Promise<ReadResourceResult> {
  const { files, folders } = await skillFiles();
  const file = files.get(uri);
  if (file !== undefined) return { contents: [{ uri, mimeType: "text/markdown", text: file.text }] };
  const hint = folders.has(uri)
    ? ": it is a directory, for resources/directory/read"
    : suggestion(uri, files.keys()) || ". skills/list has those that are there";
  throw new ResourceNotFoundError(uri, `No file of a skill is at ${shown(uri)}${hint}`);
}

function uriOf({ uri }: Params): string {
  if (typeof uri === "string") return uri;
  throw wrongRequest("uri is missing: it names a skill by the address of its SKILL.md, skill://NAME/SKILL.md");
}

function suggestion(uri: string, known: Iterable<string>): string {
  const near = nearest(uri.slice(0, 200), known);
  return near === undefined ? "" : `. Did you mean ${near}?`;
}

function shown(uri: string): string {
  return JSON.stringify(uri.slice(0, 200));
}
