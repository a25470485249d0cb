// docs/doctor.md: every check of `mortar doctor`, from its declaration.
import type { Check } from "../../src/doctor/check.ts";
import { checkGroups, groupTitles } from "../../src/doctor/groups.ts";
import { usualLimitMs } from "../../src/doctor/run.ts";
import { symptoms } from "./doctor-symptoms.ts";

const head = `# What \`mortar doctor\` looks at

<!-- Made by scripts/generate.ts from src/doctor: changes here are lost. -->

\`mortar doctor\` makes the checks below side by side. Each says PASS, WARN, FAIL or SKIP, what was seen, and for what is not well the command or
the step that mends it. One that does not answer within its limit (${usualLimitMs / 1_000} s unless the table says otherwise) fails. A check is skipped when one that
it needs does not pass. The exit code is 7 when one fails, and 0 otherwise: a warning is no failure.

| command | does |
|---|---|
| \`mortar doctor --fix\` | mends what loses nothing (modes of files, our own skills and scripts), and asks about each of the rest |
| \`mortar doctor --fix --yes\` | mends the rest too |
| \`mortar doctor --fix --dry-run\` | says what would be mended, and mends nothing |
| \`mortar doctor --only proxy,mcp\` | looks at these groups alone |
| \`mortar doctor --json\` | \`{profile, ok, counts, findings: [{id, group, title, state, seen, cure, fix}], mended}\` |
| \`mortar doctor --self-test\` | starts an emulated workspace in a folder of its own, asks it in each dialect through the proxy, gets a token from the credential helper and calls a tool over MCP; leaves nothing behind |

Nothing leaves the machine but to the workspace of the profile. There the doctor asks where one signs in, who you are, which tokens
you have, and which models there are, and it sends one request of a few tokens to the cheapest model.
`;

/** The page. The order is that of the checks. Throws an Error for a symptom of a check that is not there. */
export function doctorMarkdown(checks: readonly Check[]): string {
  const known = new Set(checks.map(({ id }) => id));
  const gone = symptoms.flatMap((one) => one.checks).filter((id) => !known.has(id));
  if (gone.length > 0) throw new Error(`there is no check ${gone.join(", ")}`);
  const seen = symptoms.map((one) => `| ${one.seen} | ${one.checks.map((id) => `\`${id}\``).join(", ")} |`);
  const parts = checkGroups.map((group) => {
    const rows = checks.filter((check) => check.group === group).map((check) => rowOf(check));
    return [
      `## ${groupTitles[group]}`,
      "",
      "| check | what is well | needs | limit |",
      "|---|---|---|---|",
      ...rows,
      "",
    ].join("\n");
  });
  const table = ["## What you see, and which check says why", "", "| seen | checks |", "|---|---|", ...seen, ""];
  return `${head}\n${table.join("\n")}\n${parts.join("\n")}`;
}

function rowOf({ id, title, needs = [], limitMs = usualLimitMs }: Check): string {
  return `| \`${id}\` | ${title} | ${needs.map((one) => `\`${one}\``).join(", ")} | ${limitMs / 1_000} s |`;
}
