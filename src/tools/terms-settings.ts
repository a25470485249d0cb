// The terms that a person has set for good: the section `tools` of settings.json.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { readSettingsOnce } from "../platform/settings.ts";
import { confirmModes } from "./term-bounds.ts";
import type { TermsWish } from "./terms.ts";

const section = "tools";

/**
 * What stands there: `protect`, `allow_code`, `confirm`, `max_rows`, `max_chars`, `max_wait_seconds`, `discovery`. Throws
 * `config_invalid` for a file or a value that cannot be understood: it may be what protects something.
 */
export async function settledTerms(deps: Pick<Deps, "paths">): Promise<TermsWish> {
  const { file, section: sectionOf, trouble } = await readSettingsOnce(deps);
  const invalid = (what: string): MortarError =>
    new MortarError("config_invalid", what, {
      hint: `Mend ${file}: nothing is called while it is not known what is protected.`,
    });
  if (trouble !== undefined) throw invalid(trouble);
  const settings = sectionOf(section);
  const typed = <T>(name: string, isGood: (value: unknown) => value is T): T | undefined => {
    const value = settings[name];
    if (value === undefined || isGood(value)) return value;
    throw invalid(`${section}.${name} cannot be understood`);
  };
  return {
    protect: typed("protect", isTexts),
    allowCode: typed("allow_code", isSwitch),
    confirm: typed("confirm", isMode),
    maxRows: typed("max_rows", isNumber),
    maxChars: typed("max_chars", isNumber),
    maxWaitSeconds: typed("max_wait_seconds", isNumber),
    discovery: typed("discovery", isSwitch),
  };
}

const isSwitch = (value: unknown): value is boolean => typeof value === "boolean";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isMode = (value: unknown): value is (typeof confirmModes)[number] => confirmModes.some((mode) => mode === value);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
