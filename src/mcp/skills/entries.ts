// The shipped skills as the protocol's skills extension has them (SEP-2640): an entry a skill with its head and its files'
// digests, and the files themselves as resources under `skill://`.
import type { Resource } from "@modelcontextprotocol/server";
import { skillTexts } from "../../skills/embedded.ts";
import { frontmatterOf } from "../../skills/frontmatter.ts";
import { hashOf } from "../../skills/package.ts";

interface SkillEntry {
  /** Of its SKILL.md. */
  readonly uri: string;
  /** As its author wrote it. */
  readonly frontmatter: Readonly<Record<string, unknown>>;
  readonly resources: readonly { readonly uri: string; readonly digest: string; readonly size: number }[];
}

interface SkillFileText {
  readonly uri: string;
  readonly name: string;
  readonly text: string;
  readonly sizeBytes: number;
}

interface SkillSpace {
  /** In the order of the alphabet. */
  readonly entries: readonly SkillEntry[];
  readonly files: ReadonlyMap<string, SkillFileText>;
  /** What is directly in each directory, by the directory's address. */
  readonly directories: ReadonlyMap<string, readonly Resource[]>;
}

export const skillScheme = "skill://";
const manifest = "SKILL.md";
const mimeType = "text/markdown";

let space: Promise<SkillSpace> | undefined;

/** What ships never changes while the program runs: it is read once, when it is first asked for. */
export function skillSpace(): Promise<SkillSpace> {
  return (space ??= readSpace());
}

/** Each skill's SKILL.md, for lists of resources. */
export async function skillResources(): Promise<readonly Resource[]> {
  const { entries } = await skillSpace();
  return entries.map(({ uri, frontmatter, resources }) => ({
    uri,
    name: String(frontmatter["name"]),
    title: titleOf(frontmatter),
    description: String(frontmatter["description"]),
    mimeType,
    size: resources.find((file) => file.uri === uri)?.size ?? 0,
  }));
}

function titleOf({ name, metadata }: Readonly<Record<string, unknown>>): string {
  const title = (metadata as Readonly<Record<string, unknown>> | undefined)?.["title"];
  return `Skill: ${typeof title === "string" ? title : String(name)}`;
}

async function readSpace(): Promise<SkillSpace> {
  const files = new Map<string, SkillFileText>();
  const entries: SkillEntry[] = [];
  const texts = [...(await skillTexts())];
  const encoder = new TextEncoder();
  for (const [path, text] of texts) {
    const uri = skillScheme + path;
    files.set(uri, { uri, name: nameOf(path), text, sizeBytes: encoder.encode(text).byteLength });
  }
  for (const [path, text] of texts) {
    if (nameOf(path) !== manifest) continue;
    const root = skillScheme + parentOf(path);
    const own = [...files.values()].filter((file) => file.uri.startsWith(`${root}/`));
    entries.push({
      uri: skillScheme + path,
      frontmatter: frontmatterOf(text, path),
      resources: own.map((file) => ({
        uri: file.uri,
        digest: `sha256:${hashOf(encoder.encode(file.text))}`,
        size: file.sizeBytes,
      })),
    });
  }
  return { entries, files, directories: directoriesOf([...files.values()]) };
}

function directoriesOf(files: readonly SkillFileText[]): ReadonlyMap<string, readonly Resource[]> {
  const directories = new Map<string, Map<string, Resource>>();
  const put = (parent: string, child: Resource): void => {
    const children = directories.get(parent) ?? new Map<string, Resource>();
    directories.set(parent, children.set(child.uri, child));
  };
  for (const { uri, name, sizeBytes } of files) {
    put(parentOf(uri), { uri, name, mimeType, size: sizeBytes });
    // A folder's own folder knows it, up to the skill's root.
    for (let folder = parentOf(uri); parentOf(folder).length > skillScheme.length; folder = parentOf(folder)) {
      put(parentOf(folder), { uri: folder, name: nameOf(folder), mimeType: "inode/directory" });
    }
  }
  return new Map([...directories].map(([uri, children]) => [uri, [...children.values()]]));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
