// A person's own settings of the app, as they are kept. The key for Anthropic lies apart: it goes in, and to his agents, and never out.
import { Secret } from "../../platform/secret.ts";
import { isObject } from "../../platform/json.ts";
import type { Settings } from "../contract/api.ts";
import type { Store } from "../storage/store.ts";
import { settingsChange } from "./wire-fields.ts";

const settingsName = "settings";
const keyName = "anthropic_key";

type SettingsStore = Pick<Store, "settings">;

/** What the person has set, and whether there is a key. What an older or newer program has written otherwise is passed over. */
export async function readSettings({ settings }: SettingsStore, user: string): Promise<Settings> {
  const [kept, key] = await Promise.all([settings.get(user, settingsName), settings.get(user, keyName)]);
  const own = isObject(kept) ? kept : {};
  const fields = Object.entries(settingsChange.shape).flatMap(([name, field]) => {
    const read = name in own ? field.safeParse(own[name]) : undefined;
    return read?.success === true ? [[name, read.data]] : [];
  });
  return { ...(Object.fromEntries(fields) as Settings), has_anthropic_key: typeof key === "string" };
}

export async function changeSettings(store: SettingsStore, user: string, change: Settings): Promise<void> {
  const { has_anthropic_key: _known, ...present } = await readSettings(store, user);
  await store.settings.set(user, settingsName, { ...present, ...change });
}

/** The person's own key for Anthropic's API. */
export async function readAnthropicKey({ settings }: SettingsStore, user: string): Promise<Secret | undefined> {
  const key = await settings.get(user, keyName);
  return typeof key === "string" ? new Secret(key) : undefined;
}

export async function keepAnthropicKey({ settings }: SettingsStore, user: string, key: Secret): Promise<void> {
  await settings.set(user, keyName, key.reveal());
}

export async function forgetAnthropicKey({ settings }: SettingsStore, user: string): Promise<void> {
  await settings.remove(user, keyName);
}
