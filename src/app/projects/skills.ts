// The skills of a project: ours, each on or off, and its own; what of them is on the disk; which tools go with them.
import { randomBytes } from "node:crypto";
import { MortarError } from "../../platform/errors.ts";
import { findSkill } from "../../skills/find.ts";
import { readSkillText } from "../../skills/frontmatter.ts";
import type { SkillInfo, SkillList } from "../contract/api.ts";
import { moveTo, readWhole, removeWhole, writeWhole } from "./disk.ts";
import { isGone } from "./file-faults.ts";
import { textLimitBytes } from "./limits.ts";
import { oursOf, type Keeping, type Live } from "./live.ts";
import { textOf } from "./media.ts";
import { newPathParts, pathParts, shown, waitingFolder } from "./paths.ts";
import type { ProjectSkills } from "./projects.ts";
import type { Shipped } from "./shipped-skills.ts";
import { layOut, skillsFolder } from "./skill-layout.ts";
import { skillTree } from "./skill-tree.ts";
import { claimedTools, hiddenBy } from "./tool-claims.ts";
import { walkTree } from "./walk.ts";

export interface SkillsOptions {
  readonly keeping: Keeping;
  readonly shipped: Shipped;
  /** The project, its folder made ready. */
  readonly ready: (projectId: string) => Promise<Live>;
  readonly changed: (projectId: string) => void;
}

export function createSkills(options: SkillsOptions): ProjectSkills {
  const { keeping, shipped, ready, changed } = options;
  const sync = async (id: string): Promise<void> => {
    const live = await ready(id);
    await live.turn(() => layOutEnabled(options, live));
  };
  return {
    list: async (id) => listSkills(options, await ready(id)),
    setEnabled: async (id, names) => {
      const live = await ready(id);
      await keeping.store.projects.setEnabledSkills(id, names === null ? null : await known(shipped, live, names));
      await sync(id);
    },
    tree: async (id) => skillTree(await ready(id)),
    file: async (id, path) => readSkillFile(options, await ready(id), path),
    add: async (id, name, files) => {
      const live = await ready(id);
      await live.edit(() => addOwn(live, name, files));
      changed(id);
    },
    removeOwn: async (id, name) => {
      const live = await ready(id);
      if (!(await ownSkills(live)).some((skill) => skill.name === name)) throw noSuchSkill(name);
      await live.edit(() => removeWhole(live.root, [...skillsFolder, name]));
      changed(id);
    },
    sync,
    hiddenTools: async (id) => {
      const on = await enabledOf(options, (await ready(id)).id);
      return hiddenBy(
        on,
        shipped.names.filter((name) => !on.includes(name)),
      );
    },
  };
}

/** Lays out what is on. The caller has the project's turn. */
export async function layOutEnabled(options: SkillsOptions, live: Live): Promise<void> {
  const { keeping, shipped } = options;
  await layOut(live, { deps: keeping.deps, shipped, enabled: await enabledOf(options, live.id) });
}

/** Names of ours that are on in the project. */
async function enabledOf({ keeping, shipped }: SkillsOptions, id: string): Promise<readonly string[]> {
  const chosen = await keeping.store.projects.enabledSkills(id);
  if (chosen === null) return shipped.names;
  const on = new Set(chosen.map((name) => findSkill(name)?.name ?? name));
  return shipped.names.filter((name) => on.has(name));
}

async function listSkills(options: SkillsOptions, live: Live): Promise<SkillList> {
  const { keeping, shipped } = options;
  const on = await enabledOf(options, live.id);
  const own = await ownSkills(live);
  const ours = shipped.names
    .filter((name) => !own.some((skill) => skill.name === name))
    .map((name): SkillInfo => {
      const others = new Set(on.filter((other) => other !== name).flatMap(claimedTools));
      const tools = claimedTools(name).filter((tool) => !others.has(tool));
      return { name, description: findSkill(name)?.description ?? "", enabled: on.includes(name), own: false, tools };
    });
  const skills = [...ours, ...own].toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const all_enabled = (await keeping.store.projects.enabledSkills(live.id)) === null;
  const enabled_count = skills.filter(({ enabled }) => enabled).length;
  return { skills, all_enabled, enabled_count, total_count: skills.length };
}

/** Folders among the skills that we did not lay out, and that have a SKILL.md. They are always on. */
async function ownSkills(live: Live): Promise<readonly SkillInfo[]> {
  const ours = await oursOf(live);
  const found = await walkTree(live.root, skillsFolder, { into: () => false, limit: mostOwn }).catch(ifMissing);
  const own: SkillInfo[] = [];
  for (const { parts, facts } of found?.found ?? []) {
    const head = [...parts, "SKILL.md"];
    const name = parts.at(-1) ?? "";
    if (!facts.isDirectory() || name.startsWith(".") || ours.has(head.join("/"))) continue;
    const description = await descriptionAt(live, head);
    // One of ours that has vanished from the disk is still ours.
    if (description === undefined) continue;
    own.push({ name, description, enabled: true, own: true, tools: [] });
  }
  return own;
}

const mostOwn = 1000;

function ifMissing(thrown: unknown): undefined {
  if (isGone(thrown) || (thrown instanceof MortarError && thrown.code === "invalid_input")) return undefined;
  throw thrown;
}

async function descriptionAt(live: Live, head: readonly string[]): Promise<string | undefined> {
  try {
    const { content } = await readWhole(live.root, head, textLimitBytes);
    return readSkillText(textOf(content) ?? "", "SKILL.md").head.description.replace(/\s+/g, " ");
  } catch (thrown) {
    if (isGone(thrown)) return undefined;
    return thrown instanceof MortarError ? `Agents cannot use it: ${thrown.message}` : "Agents cannot use it.";
  }
}

/** The names as they are kept. Throws `invalid_input` for one that is neither ours nor the project's own. */
async function known(shipped: Shipped, live: Live, names: readonly string[]): Promise<readonly string[]> {
  const own = new Set((await ownSkills(live)).map(({ name }) => name));
  return [...new Set(names)].map((name) => {
    const ours = findSkill(name)?.name;
    if (ours !== undefined && shipped.names.includes(ours)) return ours;
    if (own.has(name)) return name;
    throw new MortarError("invalid_input", `There is no skill ${shown(name)}`, {
      hint: "The list of the project's skills has all names.",
    });
  });
}

async function readSkillFile(
  { shipped }: SkillsOptions,
  live: Live,
  path: string,
): Promise<{ readonly path: string; readonly content: string; readonly filename: string }> {
  const parts = pathParts(path, live.root.os);
  const filename = parts.at(-1) ?? "";
  try {
    const { content } = await readWhole(live.root, [...skillsFolder, ...parts], textLimitBytes);
    const text = textOf(content);
    if (text !== undefined) return { path: parts.join("/"), content: text, filename };
    throw new MortarError("invalid_input", `${shown(path)} is no text`, {
      hint: "Download it with the project's files.",
    });
  } catch (thrown) {
    // One that is off can be read before it is turned on.
    const off = isGone(thrown) && shipped.names.includes(parts[0] ?? "") ? await shipped.files() : undefined;
    const file = off?.get(parts.join("/"));
    if (file === undefined) throw thrown;
    return { path: parts.join("/"), content: new TextDecoder().decode(file.content), filename };
  }
}

// Of one skill of a project's own.
const mostFiles = 200;
const mostBytes = 4 * 1024 ** 2;

async function addOwn(live: Live, name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const texts = checkOwn(name, files);
  if ((await oursOf(live)).has([...skillsFolder, name, "SKILL.md"].join("/"))) throw isOursAlready(name);
  const folder = [...skillsFolder, name];
  // Beside the project's files until it is whole.
  const apart = [waitingFolder, randomBytes(8).toString("hex")];
  try {
    for (const [path, content] of texts) await writeWhole(live.root, [...apart, ...path.split("/")], content);
    await removeWhole(live.root, folder).catch(ifMissing);
    await moveTo(live.root, apart, folder);
  } catch (thrown) {
    await removeWhole(live.root, apart).catch(() => undefined);
    throw thrown;
  }
}

/** The files by their paths. Throws `invalid_input`, `already_exists`, `too_large`. */
function checkOwn(name: string, files: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> {
  const { head } = readSkillText(files["SKILL.md"] ?? "", `The SKILL.md of ${shown(name)}`);
  if (head.name !== name) {
    throw new MortarError("invalid_input", `The SKILL.md says that its name is ${head.name}, not ${shown(name)}`, {
      hint: "A skill has the name of its folder: write the same in both places.",
    });
  }
  if (findSkill(name)?.name === name) throw isOursAlready(name);
  newPathParts(name);
  const texts = new Map<string, Uint8Array>();
  let bytes = 0;
  for (const [path, text] of Object.entries(files)) {
    const content = new TextEncoder().encode(text);
    bytes += content.length;
    texts.set(newPathParts(path).join("/"), content);
  }
  if (texts.size > mostFiles || bytes > mostBytes) {
    throw new MortarError(
      "too_large",
      `The skill ${name} has more than ${mostFiles} files or ${mostBytes / 1024 ** 2} MB`,
      {
        hint: "Leave out what an agent does not read.",
      },
    );
  }
  return texts;
}

function isOursAlready(name: string): MortarError {
  return new MortarError("already_exists", `${name} is a skill of Mortar's own`, {
    hint: "Give yours another name; the other can be turned off.",
  });
}

function noSuchSkill(name: string): MortarError {
  return new MortarError("not_found", `The project has no skill of its own of the name ${shown(name)}`);
}
