// What a called name means: one of our tools, or an older one. The table of older ones is loaded only where it may be one.
import { isObject } from "../../platform/json.ts";
import { findAlias } from "../aliases.ts";
import { findEntry } from "../catalog.ts";
import { generationOf, type Naming } from "../naming.ts";
import { loadTool } from "../toolsets.ts";
import type { Arguments, OlderTool } from "./row.ts";

/**
 * The older tool that is meant; undefined where it is one of ours, or nothing. A name that several have is the one whose arguments
 * these are: what is listed first, then ours, then the newest. But who allowed what is listed by that name has allowed nothing
 * that goes farther.
 */
export async function olderToolMeant(
  name: string,
  args: unknown,
  naming: Naming | undefined,
): Promise<OlderTool | undefined> {
  const generation = generationOf(naming);
  const ours = findEntry(name);
  if (ours === undefined && findAlias(name) !== undefined) return undefined;
  const given = isObject(args) ? args : {};
  if (generation === undefined && ours !== undefined && (await fitsOurs(name, given))) return undefined;
  const [{ fits, formsOf }, { effectOf, isWithin }] = await Promise.all([import("./table.ts"), import("./effect.ts")]);
  const forms = formsOf(name);
  const listed = forms.find((form) => generation !== undefined && form.generations.includes(generation));
  const bound = listed === undefined ? ours?.effect : effectOf(listed);
  const fitting = forms.filter((form) => fits(form, given) && isWithin(effectOf(form), bound));
  if (listed !== undefined && fitting.includes(listed)) return listed;
  if (ours !== undefined && isWithin(ours.effect, bound) && (await fitsOurs(name, given))) return undefined;
  if (fitting[0] !== undefined) return fitting[0];
  // None fits: the error is that of what is listed.
  return ours === undefined ? (listed ?? forms[0]) : listed;
}

/** Whether the names of the arguments are those that our tool takes, and none that it needs is missing. */
async function fitsOurs(name: string, args: Arguments): Promise<boolean> {
  const tool = await loadTool(name);
  if (tool === undefined) return false;
  const { spellings = {} } = tool;
  const given = Object.keys(args)
    .filter((key) => args[key] !== null && args[key] !== undefined)
    .map((key) => (Object.hasOwn(spellings, key) ? (spellings[key] ?? key) : key));
  const shape = Object.entries(tool.input.shape);
  return (
    given.every((key) => shape.some(([known]) => known === key)) &&
    shape.every(([key, type]) => given.includes(key) || type.safeParse(undefined).success)
  );
}
