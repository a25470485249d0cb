// Which projects are shown, and in which order.
import type { Project } from "../../contract/api.ts";

export type ProjectOrder = "recent" | "active" | "name";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Those whose name or owner has every word that is searched for. */
export function shownProjects(
  projects: readonly Project[],
  { query, order }: { readonly query: string; readonly order: ProjectOrder },
): readonly Project[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const found = projects.filter(({ name, user_email }) => {
    const text = `${name} ${user_email}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const recent = (one: Project, other: Project) => other.updated_at.localeCompare(one.updated_at);
  const orders: Readonly<Record<ProjectOrder, (one: Project, other: Project) => number>> = {
    recent,
    active: (one, other) => other.conversation_count - one.conversation_count || recent(one, other),
    name: (one, other) => collator.compare(one.name, other.name) || recent(one, other),
  };
  return found.toSorted(orders[order]);
}

/** What is wrong with a project's name; undefined where nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === "") return "Give the project a name.";
  if (name.trim().length > maxNameChars) return `A name has at most ${maxNameChars} characters.`;
  return undefined;
}

export const maxNameChars = 200;

/** `3 conversations`. */
export function countOf(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
