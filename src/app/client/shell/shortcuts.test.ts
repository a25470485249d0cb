// Which press is which shortcut; letters in a field are letters.
import { expect, test } from "bun:test";
import { type Press, shortcutOf, shortcuts } from "./shortcuts.ts";

const press = (key: string, held: Partial<Press> = {}): Press => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

test.each<[Press, boolean, ReturnType<typeof shortcutOf>]>([
  [press("?", { shiftKey: true }), false, "help"],
  [press("?", { shiftKey: true }), true, undefined],
  [press("/"), false, "focus"],
  [press("/"), true, undefined],
  [press("k", { ctrlKey: true }), true, "search"],
  [press("K", { metaKey: true }), false, "search"],
  [press("k", { ctrlKey: true, altKey: true }), false, undefined],
  [press("O", { ctrlKey: true, shiftKey: true }), true, "new"],
  [press("o", { ctrlKey: true }), true, undefined],
  [press("b", { metaKey: true }), true, "sidebar"],
  [press("Escape"), true, "stop"],
  [press("å", { altKey: true, code: "KeyA" }), true, "approve"],
  [press("a"), false, undefined],
])("%j, typing: %p", (pressed, isTyping, id) => {
  expect(shortcutOf(pressed, isTyping)).toBe(id);
});

test("each has words, and is told apart", () => {
  expect(new Set(shortcuts.map(({ id }) => id)).size).toBe(shortcuts.length);
  expect(new Set(shortcuts.map(({ keys }) => keys.join("+"))).size).toBe(shortcuts.length);
});
