// The shipped skills as the protocol's skills extension has them (SEP-2640): each with its head and its files' digests.
import { frontmatterOf } from "../../skills/frontmatter.ts";
import { hashOf } from "../../skills/package.ts";
import { parentOf, skillFiles, skillScheme } from "./files.ts";

interface SkillEntry {
  /** Of its SKILL.md. */
  readonly uri: string;
  /** As its author wrote it. */
  readonly frontmatter: Readonly<Record<string, unknown>>;
  readonly resources: readonly { readonly uri: string; readonly digest: string; readonly size: number }[];
}

let known: Promise<readonly SkillEntry[]> | undefined;

/** Every skill, in the order of the alphabet; made once, when they are first asked for. */
export function skillEntries(): Promise<readonly SkillEntry[]> {
  return (known ??= readEntries());
}

async function readEntries(): Promise<readonly SkillEntry[]> {
  const files = [...(await skillFiles()).files.values()];
  const encoder = new TextEncoder();
  return files
    .filter(({ name }) => name === "SKILL.md")
    .map(({ uri, text }) => ({
      uri,
      frontmatter: frontmatterOf(text, uri.slice(skillScheme.length)),
      resources: files
        .filter((file) => file.uri.startsWith(`${parentOf(uri)}/`))
        .map((file) => ({
          uri: file.uri,
          digest: `sha256:${hashOf(encoder.encode(file.text))}`,
          size: file.sizeBytes,
        })),
    }));
}
