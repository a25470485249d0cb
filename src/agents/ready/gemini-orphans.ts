// What we wrote for Gemini CLI ourselves and is on nobody's record: known by the proxy's key, and by our hooks.
import { isSame, valueAt } from "../../platform/edits/changes.ts";
import { parseEnv, setEnv } from "../../platform/edits/env-text.ts";
import { parseJsonObject, setJson } from "../../platform/edits/json-text.ts";
import type { JsonPath } from "../../platform/edits/json-text.ts";
import { isObject } from "../../platform/json.ts";
import { withoutOwnHooks } from "../hooks/older-hooks.ts";
import { ownKey } from "../hooks/own-key.ts";
import { modelRules } from "../launch/gemini.ts";

type Values = readonly (readonly [RegExp, RegExp])[];

const ownVariables: Values = [
  [/^GEMINI_API_KEY$/, ownKey],
  [/^GOOGLE_GEMINI_BASE_URL$/, /^https?:\/\/127\.0\.0\.1:/],
  [/^GEMINI_API_KEY_AUTH_MECHANISM$/, /^bearer$/],
  [/^GEMINI_MODEL$/, /./],
  [/^(?:NO_PROXY|no_proxy)$/, /^127\.0\.0\.1,localhost,::1$/],
];

/** The text of a .env without our variables; as it is where the key is not ours. */
export function withoutOwnVariables(text: string): string {
  const all = parseEnv(text);
  if (!ownKey.test(String(all["GEMINI_API_KEY"]))) return text;
  const gone = Object.entries(all).filter(([name, value]) =>
    ownVariables.some(([names, values]) => names.test(name) && values.test(String(value))),
  );
  return gone.reduce((left, [name]) => setEnv(left, [name], undefined), text);
}

/** The text of the settings without our hooks, and without what is written beside them; as it is where there are none. */
export function withoutOwnSettings(text: string): string {
  const next = withoutOwnHooks(text);
  return next === text ? text : withoutKeyChoice(withoutRules(next));
}

function withoutKeyChoice(text: string): string {
  const path = ["security", "auth", "selectedType"];
  if (valueAt(parseJsonObject(text), path) !== "gemini-api-key") return text;
  return withoutEmpty(setJson(text, path, undefined), [path.slice(0, 2), path.slice(0, 1)]);
}

function withoutRules(text: string): string {
  const path = ["modelConfigs", "customOverrides"];
  const rules = valueAt(parseJsonObject(text), path);
  if (!Array.isArray(rules)) return text;
  const own = rules.flatMap((rule, index) => (isOwnRule(rule) ? [index] : [])).toReversed();
  const next = own.reduce((left, index) => setJson(left, [...path, index], undefined), text);
  return next === text ? text : withoutEmpty(next, [path, path.slice(0, 1)]);
}

/** One that leads a model of Google's to one of the workspace, and says nothing else. */
function isOwnRule(rule: unknown): boolean {
  const model = valueAt(rule, ["modelConfig", "model"]);
  if (typeof model !== "string") return false;
  return modelRules({ gemini: model, listed: [] }).some((one) => isSame(one, rule));
}

function withoutEmpty(text: string, paths: readonly JsonPath[]): string {
  return paths.reduce((left, path) => {
    const value = valueAt(parseJsonObject(left), path);
    const isEmpty = Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
    return isEmpty ? setJson(left, path, undefined) : left;
  }, text);
}
