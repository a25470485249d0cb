// What `mortar app deploy` says of a deployment, and of one that was only rehearsed.
import type { DeployOutcome } from "../../app/deploy/deploy.ts";
import type { CommandResult } from "../../cli/spec.ts";
import { printable } from "../../platform/log.ts";

export function describe(outcome: DeployOutcome, dryRun: boolean): CommandResult {
  const text = dryRun ? rehearsed(outcome) : done(outcome);
  const exit = dryRun || outcome.deployment?.state === "SUCCEEDED" ? {} : { exit: 1 };
  return { data: dataOf(outcome, dryRun), text: `${text.join("\n")}\n`, ...exit };
}

function dataOf(outcome: DeployOutcome, dryRun: boolean) {
  const { deployment, parts, resources, log } = outcome;
  return {
    app: outcome.name,
    dry_run: dryRun,
    action: outcome.action,
    url: outcome.url ?? null,
    source_path: outcome.sourcePath,
    program: { from: outcome.program, sha256: parts.sha256, size_bytes: parts.sizeBytes, parts: parts.parts.length },
    uploaded: [...outcome.uploaded],
    bytes_sent: outcome.bytesSent,
    already_there: outcome.alreadyThere,
    removed: outcome.removed,
    user_api_scopes: [...outcome.scopes],
    refused_scopes: [...outcome.refusedScopes],
    resources: [...resources],
    creates_database: outcome.makesDatabase,
    app_yaml: yamlOf(outcome),
    deployment_id: deployment?.id ?? null,
    state: deployment?.state ?? null,
    message: deployment?.message ?? null,
    log: [...log],
    hint: hintOf(outcome) ?? null,
  };
}

const verbs = {
  create: ["Would create the app", "Created the app"],
  update: ["Would change the app", "Changed the app"],
  none: ["Would deploy the app", "Deployed the app"],
} as const;

function rehearsed(outcome: DeployOutcome): string[] {
  const { name, action, resources, scopes, parts } = outcome;
  return [
    `${verbs[action][0]} ${name}${outcome.url === undefined ? "" : ` at ${outcome.url}`}.`,
    `Program: ${outcome.program}, ${megabytes(parts.sizeBytes)} in ${parts.parts.length} parts.`,
    `Would upload ${files(outcome)} to ${outcome.sourcePath}; ${outcome.alreadyThere} are there already.`,
    ...(outcome.makesDatabase ? ["Would create the database, which costs money while it runs."] : []),
    `Resources: ${resources.length === 0 ? "none" : resources.map((one) => JSON.stringify(one)).join(", ")}`,
    `Acts as its user with: ${scopes.join(", ")}`,
    ...databaseWarning(outcome),
    "",
    "app.yaml:",
    ...yamlOf(outcome)
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
    "",
    "Nothing was changed.",
  ];
}

function done(outcome: DeployOutcome): string[] {
  const { name, deployment, url, refusedScopes, log } = outcome;
  const lines = [
    `Uploaded ${files(outcome)} to ${outcome.sourcePath}; ${outcome.alreadyThere} were there already.`,
    ...(refusedScopes.length === 0
      ? []
      : [`This workspace does not give these scopes to apps: ${refusedScopes.join(", ")}.`]),
    ...databaseWarning(outcome),
  ];
  if (deployment?.state === "SUCCEEDED") return [...lines, `${name} runs at ${url ?? "an address that is not told"}`];
  const said = deployment?.message === undefined ? "" : `: ${printable(deployment.message)}`;
  const hint = hintOf(outcome);
  return [
    ...lines,
    `The deployment of ${name} ${deployment?.state === "IN_PROGRESS" ? "is not through yet" : "failed"}${said}`,
    ...(log.length === 0 ? [] : ["", "The end of the app's log:", ...log.map((line) => `  ${printable(line)}`), ""]),
    ...(hint === undefined ? [] : [hint]),
  ];
}

/** Without a database of its own, an app forgets with each start. */
function databaseWarning(outcome: DeployOutcome): readonly string[] {
  const { resources } = outcome;
  const hasDatabase =
    resources.some((one) => "postgres" in one || "database" in one) ||
    /LAKEBASE_PG_URL|--database/.test(yamlOf(outcome));
  return hasDatabase ? [] : ["Without --lakebase the app's data is gone whenever the app is started anew."];
}

function hintOf({ name, deployment, isFolderBroken, log }: DeployOutcome): string | undefined {
  if (deployment === undefined || deployment.state === "SUCCEEDED") return undefined;
  if (deployment.state === "IN_PROGRESS")
    return `It goes on by itself. Run mortar app deploy ${name} again to wait for it.`;
  if (isFolderBroken)
    return `Run mortar app deploy ${name} --upload-all: a part of the program in the workspace is damaged.`;
  return log.length === 0
    ? "The app's log cannot be read with this sign-in; its page in the workspace shows it."
    : undefined;
}

const yamlOf = ({ texts }: DeployOutcome): string => texts.find(({ file }) => file === "app.yaml")?.text ?? "";

const files = ({ uploaded, bytesSent }: DeployOutcome): string =>
  `${uploaded.length} ${uploaded.length === 1 ? "file" : "files"} (${megabytes(bytesSent)})`;

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1_000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
