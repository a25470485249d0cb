// From the selection flags to a selection of tools.
import type { FlagValues } from "../../cli/spec.ts";
import { namings } from "../../tools/naming.ts";
import { selectTools, type Selection } from "../../tools/selection.ts";
import type { selectionFlags } from "./selection-flags.ts";

export function selectionOf(flags: FlagValues<typeof selectionFlags>): Selection {
  return selectTools({
    toolsets: flags.toolsets,
    tools: flags.tools,
    exclude: flags["exclude-tools"],
    readOnly: flags["read-only"],
    naming: namings.find((naming) => naming === flags.names),
  });
}
