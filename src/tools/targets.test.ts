import { expect, test } from "bun:test";
import { securable } from "./targets.ts";

test.each([
  [["main"], ["main"]],
  [["main.shop.fruit"], ["main", "shop", "fruit"]],
  [
    ["main", "shop"],
    ["main", "shop"],
  ],
  [
    ["main", undefined, "fruit"],
    ["main", undefined, "fruit"],
  ],
  [["`my.cat`.shop.`a``b`"], ["my.cat", "shop", "a`b"]],
])("%p is %p", (given, name) => {
  expect(securable(...given)).toEqual({ kind: "securable", name });
});
