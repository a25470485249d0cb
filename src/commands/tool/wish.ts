// From flags and settings to a selection of tools, and to the terms on which they are called.
import type { FlagValues } from "../../cli/spec.ts";
import type { Deps } from "../../platform/deps.ts";
import { namings } from "../../tools/naming.ts";
import { selectTools, type Selection } from "../../tools/selection.ts";
import { confirmModes } from "../../tools/term-bounds.ts";
import { termsOf, type Terms } from "../../tools/terms.ts";
import { settledTerms } from "../../tools/terms-settings.ts";
import type { selectionFlags } from "./selection-flags.ts";
import type { consentFlags, termsFlags, yesFlag } from "./terms-flags.ts";

export function selectionOf(flags: FlagValues<typeof selectionFlags>, terms?: Terms): Selection {
  return selectTools({
    toolsets: flags.toolsets,
    tools: flags.tools,
    exclude: flags["exclude-tools"],
    readOnly: flags["read-only"],
    naming: namings.find((naming) => naming === flags.names),
    terms,
  });
}

type TermsValues = FlagValues<typeof termsFlags> & Partial<FlagValues<typeof consentFlags & typeof yesFlag>>;

/** A flag wins over its setting; what either protects is protected. Throws `usage` and `config_invalid`. */
export async function termsFor(deps: Pick<Deps, "paths">, flags: TermsValues): Promise<Terms> {
  const settled = await settledTerms(deps);
  const named = confirmModes.find((mode) => mode === flags.confirm);
  return termsOf({
    confirm: flags.yes === true ? "never" : (named ?? settled.confirm),
    protect: [...flags.protect, ...(settled.protect ?? [])],
    allowCode: flags["allow-code"] || settled.allowCode,
    maxRows: flags["max-rows"] ?? settled.maxRows,
    maxChars: flags["max-chars"] ?? settled.maxChars,
    maxWaitSeconds: flags["max-wait"] ?? settled.maxWaitSeconds,
    discovery: flags.discovery === true || settled.discovery,
  });
}
