// Conversations under headings: pinned ones, then by the day of their last message. Pure.
import type { ConversationSummary } from "../../contract/api.ts";

export interface Group {
  readonly heading: string;
  readonly items: readonly ConversationSummary[];
}

const dayMs = 86_400_000;

const headingOf = (item: ConversationSummary, todayMs: number): string => {
  if (item.pinned) return "Pinned";
  const then = Date.parse(item.updated_at);
  if (then >= todayMs) return "Today";
  if (then >= todayMs - dayMs) return "Yesterday";
  if (then >= todayMs - 7 * dayMs) return "This week";
  return "Earlier";
};

const order = ["Pinned", "Today", "Yesterday", "This week", "Earlier"];

/** The groups that are not empty, the newest first in each. `now`: in the reader's zone. */
export const groupsOf = (list: readonly ConversationSummary[], now: Date): readonly Group[] => {
  const todayMs = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const sorted = list.toSorted((one, other) => Date.parse(other.updated_at) - Date.parse(one.updated_at));
  return order.flatMap((heading) => {
    const items = sorted.filter((item) => headingOf(item, todayMs) === heading);
    return items.length === 0 ? [] : [{ heading, items }];
  });
};

/** Those whose title has all words of the query. */
export const titled = (list: readonly ConversationSummary[], query: string): readonly ConversationSummary[] => {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return list.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)));
};
