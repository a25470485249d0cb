// The formats of files that are edited.
import { valueAt, type Format } from "./changes.ts";
import { appendEnv, parseEnv, setEnv } from "./env-text.ts";
import { appendJson, faultOfJson, parseJsonObject, setJson } from "./json-text.ts";
import { faultOfToml, parseToml, setToml } from "./toml-text.ts";
import { appendYaml, faultOfYaml, parseYaml, setYaml } from "./yaml-text.ts";

export type FormatName = "json" | "toml" | "yaml" | "env";

export const formats: Readonly<Record<FormatName, Format>> = {
  json: { parse: parseJsonObject, set: setJson, append: appendJson, fault: faultOfJson, empty: "{}\n" },
  toml: {
    parse: parseToml,
    set: setToml,
    append: (text, path, value) => {
      const present = valueAt(parseToml(text), path);
      return setToml(text, path, [...(Array.isArray(present) ? present : []), value]);
    },
    fault: faultOfToml,
    empty: "",
  },
  yaml: { parse: parseYaml, set: setYaml, append: appendYaml, fault: faultOfYaml, empty: "" },
  env: { parse: parseEnv, set: setEnv, append: appendEnv, fault: () => undefined, empty: "" },
};
