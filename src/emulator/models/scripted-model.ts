// Playing a scenario: which turn a request gets, which of its errors and faults, and how its texts are filled in.
import { isObject } from "../../platform/json.ts";
import { ApiFault } from "../http/route.ts";
import type { Scenario, ScriptedError, StreamFault, Turn } from "./scenario.ts";

/** The model of one workspace: its scenario, and what it has played. */
export interface ScriptedModel {
  scenario: Scenario;
  /** How often each error and each fault was met. */
  readonly played: Map<ScriptedError | StreamFault, number>;
}

const unset: Turn = {
  text: "The emulator's model is scripted, and no scenario is set. Give one with `mortar emulator start --scenario FILE`.",
  thinking: "",
  tools: [],
  delayMs: 0,
  firstDelayMs: 0,
  splitBytes: 0,
  usage: {},
};

const ended: Turn = { ...unset, text: "The scenario of the emulator's model ends here." };

export function createScriptedModel(): ScriptedModel {
  return { scenario: { conversations: [], rejects: { fields: [], betas: [] } }, played: new Map() };
}

/**
 * The turn of a conversation that has `answered` answers of the model in it. The place is read from the conversation
 * itself, so that a request that is sent again, or one beside it, moves nothing.
 */
export function turnOf({ scenario }: ScriptedModel, firstMessage: string, answered: number): Turn {
  if (scenario.conversations.length === 0) return unset;
  const found = scenario.conversations.find(({ when }) => when === undefined || firstMessage.includes(when));
  return found?.turns[answered] ?? ended;
}

/** The error or the fault that this request meets, counted; undefined when there is none left. */
export function take<T extends ScriptedError | StreamFault>(
  { played }: ScriptedModel,
  what: T | undefined,
): T | undefined {
  if (what === undefined) return undefined;
  const count = played.get(what) ?? 0;
  if (what.times !== 0 && count >= what.times) return undefined;
  played.set(what, count + 1);
  return what;
}

/** The value with each `{{/regex/}}` in its texts replaced by the first group of the match. Throws ApiFault 400 without one. */
export function fillIn<T>(value: T, results: string): T {
  if (typeof value === "string") return fillText(value, results) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => fillIn(one, results)) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fillIn(one, results)])) as T;
}

function fillText(text: string, results: string): string {
  return text.replace(/\{\{\/(.+?)\/\}\}/gs, (_whole, source: string) => {
    const match = new RegExp(source, "s").exec(results);
    if (match === null) {
      throw new ApiFault(
        400,
        "INVALID_PARAMETER_VALUE",
        `Scenario: nothing in the last tool results matches /${source}/`,
      );
    }
    return match[1] ?? match[0];
  });
}
