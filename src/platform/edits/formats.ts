// The formats of files that are edited.
import type { Format } from "./changes.ts";
import { appendJson, parseJsonObject, setJson } from "./json-text.ts";
import { parseToml, setToml } from "./toml-text.ts";
import { valueAt } from "./changes.ts";

export type FormatName = "json" | "toml";

export const formats: Readonly<Record<FormatName, Format>> = {
  json: { parse: parseJsonObject, set: setJson, append: appendJson, empty: "{}\n" },
  toml: {
    parse: parseToml,
    set: setToml,
    append: (text, path, value) => {
      const present = valueAt(parseToml(text), path);
      return setToml(text, path, [...(Array.isArray(present) ? present : []), value]);
    },
    empty: "",
  },
};
