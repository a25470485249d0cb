// The flags that say on what terms tools are called, for every command that calls or serves them.
import type { Flags } from "../../cli/spec.ts";
import { confirmModes, limitBounds } from "../../tools/term-bounds.ts";

const group = "On what terms";

export const termsFlags = {
  protect: {
    kind: "list",
    of: "schema",
    commas: true,
    placeholder: "PATTERNS",
    description: "Let no tool write there: catalogs, catalog.schema, tables and whole paths, with * for any letters",
    env: "MORTAR_PROTECT",
    group,
  },
  "allow-code": {
    kind: "switch",
    description: "With --protect: still run notebooks, jobs and code, which may write anywhere",
    env: "MORTAR_ALLOW_CODE",
    group,
  },
  "max-rows": {
    kind: "integer",
    placeholder: "ROWS",
    ...limitBounds.maxRows,
    description: "The most rows of data in one result",
    env: "MORTAR_MAX_ROWS",
    group,
  },
  "max-chars": {
    kind: "integer",
    placeholder: "CHARS",
    ...limitBounds.maxChars,
    description: "The most characters of text in one result",
    env: "MORTAR_MAX_CHARS",
    group,
  },
  "max-wait": {
    kind: "integer",
    placeholder: "SECONDS",
    ...limitBounds.maxWaitSeconds,
    description: "The longest that one call waits",
    env: "MORTAR_MAX_WAIT",
    group,
  },
} as const satisfies Flags;

/** Of a server alone: where one is installed, `--yes` would read as an answer to the installation. */
export const yesFlag = {
  yes: {
    kind: "switch",
    short: "y",
    description: "Ask nobody, for automation: the same as --confirm never",
    env: "MORTAR_YES",
    group,
  },
} as const satisfies Flags;

/** For a server, whose client asks the person. */
export const consentFlags = {
  confirm: {
    kind: "string",
    placeholder: "WHEN",
    choices: [...confirmModes].toReversed(),
    description: "Ask before something is lost for good: always, where the client can ask (supported), or never",
    env: "MORTAR_CONFIRM",
    group,
  },
  discovery: {
    kind: "switch",
    description: "List only tools that find and call the others, for clients without a tool search",
    env: "MORTAR_DISCOVERY",
    group,
  },
} as const satisfies Flags;
