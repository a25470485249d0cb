// What a new conversation begins with.
import { expect, test } from "bun:test";
import { firstContext } from "./new-chat.tsx";

test("takes over what the newest worked with, but not what its agent might do", () => {
  const newest = { warehouse_id: "w", engine: "codex", model: "m", permission_mode: "everything" } as const;
  expect(firstContext(newest, undefined)).toEqual({
    warehouse_id: "w",
    engine: "codex",
    model: "m",
    permission_mode: null,
  });
  expect(firstContext(newest, { default_engine: "claude", default_permission_mode: "plan" })).toMatchObject({
    engine: "codex",
    permission_mode: "plan",
  });
});

test("begins with the person's settings where there is no other conversation", () => {
  expect(firstContext({}, { default_engine: "claude", default_model: "m" })).toEqual({
    engine: "claude",
    model: "m",
    permission_mode: null,
  });
  // A model of the settings belongs to the agent of the settings.
  expect(firstContext({ engine: "codex" }, { default_engine: "claude", default_model: "m" }).model).toBeNull();
});
