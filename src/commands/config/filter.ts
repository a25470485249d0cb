// `mortar config filter`: which filters of the proxy are on.
import type { Run } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";
import { readSettings, updateSettings } from "../../platform/settings.ts";
import { nearest } from "../../platform/suggest.ts";
import { filterList } from "../../proxy/filters/list.ts";
import type { filterFlags } from "./proxy-flags.ts";

export const run: Run<typeof filterFlags> = async ({ deps, flags, positionals }) => {
  const [name, wanted] = positionals;
  if (name !== undefined) checkName(name);
  const before = await readSettings(deps, "filters");
  if (name !== undefined && wanted === undefined) return result(before, [name]);
  if (name === undefined || wanted === undefined) return result(before, undefined);
  const after = changed(before, name, wanted);
  if (!flags["dry-run"]) await updateSettings(deps, "filters", (present) => changed(present, name, wanted));
  return result(after, [name], flags["dry-run"] ? "Nothing was changed." : undefined);
};

type Section = Readonly<Record<string, unknown>>;

function changed(section: Section, name: string, wanted: string): Section {
  const { [name]: _before, ...others } = section;
  return wanted === "default" ? others : { ...others, [name]: wanted === "on" };
}

function result(section: Section, names: readonly string[] | undefined, note?: string) {
  const shown = filterList.filter(({ name }) => names === undefined || names.includes(name));
  const states = shown.map(({ name, summary, byDefault }) => {
    const choice = section[name];
    return { name, enabled: typeof choice === "boolean" ? choice : byDefault, by_default: byDefault, summary };
  });
  const width = Math.max(...states.map(({ name }) => name.length));
  const lines = states.map(
    ({ name, enabled, summary }) => `${name.padEnd(width)}  ${enabled ? "on " : "off"}  ${summary}`,
  );
  return { data: { filters: states }, text: `${[...lines, ...(note === undefined ? [] : ["", note])].join("\n")}\n` };
}

function checkName(name: string): void {
  const names = filterList.map((filter) => filter.name);
  if (names.includes(name)) return;
  const near = nearest(name, names);
  throw new MortarError("usage", `There is no filter ${JSON.stringify(name)}`, {
    hint: near === undefined ? `They are ${names.join(", ")}.` : `Did you mean ${near}?`,
  });
}
