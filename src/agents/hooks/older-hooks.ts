// Hooks of older programs, and of ours whose record is lost, in a file of the form that Claude Code and Codex share.
import { valueAt } from "../../platform/edits/changes.ts";
import { parseJsonObject, setJson } from "../../platform/edits/json-text.ts";
import { isObject } from "../../platform/json.ts";
import { isOlderHook, isOurHook } from "./command-line.ts";

type IsGone = (command: unknown) => boolean;

/** The text without hooks of older programs. Other commands of the same entry stay, and so does everything else. */
export function withoutOlderHooks(text: string): string {
  return withoutHooks(text, isOlderHook);
}

/** The same for hooks of ours. */
export function withoutOwnHooks(text: string): string {
  return withoutHooks(text, isOurHook);
}

/** The text without the commands of hooks that are to go. */
export function withoutHooks(text: string, isGone: IsGone): string {
  const hooks = parseJsonObject(text)?.["hooks"];
  if (!isObject(hooks)) return text;
  const next = Object.keys(hooks).reduce((all, event) => withoutIn(all, event, isGone), text);
  const left = parseJsonObject(next)?.["hooks"];
  const isEmptied = next !== text && isObject(left) && Object.keys(left).length === 0;
  return isEmptied ? setJson(next, ["hooks"], undefined) : next;
}

function withoutIn(text: string, event: string, isGone: IsGone): string {
  const entries = valueAt(parseJsonObject(text), ["hooks", event]);
  if (!Array.isArray(entries)) return text;
  let next = text;
  for (const [index, entry] of [...entries.entries()].toReversed()) {
    const commands: unknown = isObject(entry) ? entry["hooks"] : undefined;
    if (!Array.isArray(commands)) continue;
    const places = commands.flatMap((one, place) => (isObject(one) && isGone(one["command"]) ? [place] : []));
    if (places.length === 0) continue;
    next =
      places.length === commands.length
        ? setJson(next, ["hooks", event, index], undefined)
        : places
            .toReversed()
            .reduce((all, place) => setJson(all, ["hooks", event, index, "hooks", place], undefined), next);
  }
  const left = valueAt(parseJsonObject(next), ["hooks", event]);
  const isEmptied = next !== text && Array.isArray(left) && left.length === 0;
  return isEmptied ? setJson(next, ["hooks", event], undefined) : next;
}
