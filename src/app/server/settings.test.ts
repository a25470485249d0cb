// A person's settings: what he has set, whatever else lies there.
import { expect, test } from "bun:test";
import { Secret } from "../../platform/secret.ts";
import type { SettingsStore } from "../storage/store.ts";
import { changeSettings, forgetAnthropicKey, keepAnthropicKey, readAnthropicKey, readSettings } from "./settings.ts";

function store(): { readonly settings: SettingsStore; readonly kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>();
  return {
    kept,
    settings: {
      get: (user, name) => Promise.resolve(kept.get(`${user}/${name}`)),
      set: (user, name, value) => Promise.resolve(void kept.set(`${user}/${name}`, value)),
      remove: (user, name) => Promise.resolve(void kept.delete(`${user}/${name}`)),
    },
  };
}

test("a change leaves the rest as it is", async () => {
  const place = store();
  await changeSettings(place, "ada", { theme: "dark", default_model: "m" });
  await changeSettings(place, "ada", { default_model: null });
  expect(await readSettings(place, "ada")).toEqual({ theme: "dark", default_model: null, has_anthropic_key: false });
  expect(await readSettings(place, "bob")).toEqual({ has_anthropic_key: false });
});

test("what another version has written otherwise is passed over", async () => {
  const place = store();
  place.kept.set("ada/settings", { theme: "purple", model_source: "login", colour: 7 });
  expect(await readSettings(place, "ada")).toEqual({ model_source: "login", has_anthropic_key: false });
  place.kept.set("ada/settings", "broken");
  expect(await readSettings(place, "ada")).toEqual({ has_anthropic_key: false });
});

test("the key is known to be there, and is nobody else's", async () => {
  const place = store();
  await keepAnthropicKey(place, "ada", new Secret("sk-ant-1"));
  expect((await readSettings(place, "ada")).has_anthropic_key).toBe(true);
  expect(JSON.stringify(await readSettings(place, "ada"))).not.toContain("sk-ant-1");
  expect((await readAnthropicKey(place, "ada"))?.reveal()).toBe("sk-ant-1");
  expect(await readAnthropicKey(place, "bob")).toBeUndefined();
  await forgetAnthropicKey(place, "ada");
  expect(await readAnthropicKey(place, "ada")).toBeUndefined();
});
