// Settings of each person, and of the app itself.
import { json, name, word } from "./limits.ts";
import type { Part } from "./part.ts";
import { jsonOf } from "./rows.ts";
import type { SettingsStore } from "./store.ts";

export function createSettingsStore({ database }: Part): SettingsStore {
  return {
    get: async (user, key) => {
      const sql = "SELECT value FROM :settings WHERE user_name = $1 AND name = $2";
      const [row] = await database.rows(sql, [user.toLowerCase(), key]);
      return row === undefined ? undefined : jsonOf<unknown>(row, "value");
    },
    set: async (user, key, value) => {
      await database.run(
        `INSERT INTO :settings (user_name, name, value) VALUES ($1, $2, $3)
         ON CONFLICT (user_name, name) DO UPDATE SET value = excluded.value`,
        [word("user name", user).toLowerCase(), name("setting's name", key), json("setting", value)],
      );
    },
    remove: async (user, key) => {
      await database.run("DELETE FROM :settings WHERE user_name = $1 AND name = $2", [user.toLowerCase(), key]);
    },
  };
}
