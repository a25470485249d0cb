// Conversations under their headings.
import { expect, test } from "bun:test";
import type { ConversationSummary } from "../../contract/api.ts";
import { groupsOf, titled } from "./groups.ts";

const now = new Date(2026, 10, 21, 12);
const item = (id: string, updated: Date, pinned = false): ConversationSummary => ({
  id,
  project_id: "p",
  title: `Title ${id}`,
  pinned,
  created_at: updated.toISOString(),
  updated_at: updated.toISOString(),
  message_count: 1,
  session_id: null,
  active_run_id: null,
  waiting: false,
});

test("groups by the reader's days, the newest first", () => {
  const list = [
    item("old", new Date(2025, 1, 1)),
    item("pinned", new Date(2025, 1, 1), true),
    item("early", new Date(2026, 10, 21, 0)),
    item("late", new Date(2026, 10, 21, 11)),
    item("yesterday", new Date(2026, 10, 20, 23, 59)),
    item("week", new Date(2026, 10, 15)),
  ];
  expect(groupsOf(list, now).map(({ heading, items }) => [heading, ...items.map(({ id }) => id)])).toEqual([
    ["Pinned", "pinned"],
    ["Today", "late", "early"],
    ["Yesterday", "yesterday"],
    ["This week", "week"],
    ["Earlier", "old"],
  ]);
  expect(groupsOf([], now)).toEqual([]);
});

test("finds titles by all words", () => {
  const list = [item("one", now), item("two", now)];
  expect(titled(list, " ONE  title").map(({ id }) => id)).toEqual(["one"]);
  expect(titled(list, "").map(({ id }) => id)).toEqual(["one", "two"]);
});
