// What a setup has done, for people and for scripts.
import type { Deps } from "../../platform/deps.ts";
import type { SetupOutcome } from "../../setup/run.ts";
import type { SkillChange } from "../../skills/manage.ts";
import { shortPath } from "../skills/words.ts";

export function setupData(outcome: SetupOutcome, dryRun: boolean): Readonly<Record<string, unknown>> {
  const { host, profile, user, plans, family, models, written, skills, proofs, revoked, removed, notes, diff } =
    outcome;
  const { listed: _listed, ...roles } = models;
  return {
    host,
    profile,
    user: user ?? null,
    agents: plans.map(({ agent, mode, previews }) => ({
      agent: agent.id,
      mode,
      files: filesOf(outcome, agent.id) ?? previews.map(({ file }) => ({ file, status: "planned", kept: 0 })),
    })),
    gateway: family,
    models: roles,
    skills: count(skills),
    tokens_revoked: revoked,
    older_removed: removed,
    proofs: proofs.map(({ agent, model, status, detail, hint }) => ({
      agent,
      model: model ?? null,
      status,
      detail,
      hint: hint ?? null,
    })),
    notes: [...notes, ...written.flatMap((one) => one.notes)],
    dry_run: dryRun,
    ...(dryRun ? { diff } : {}),
  };
}

function filesOf({ written }: SetupOutcome, id: string): unknown {
  return written.find(({ agent }) => agent === id)?.files.map(({ file, status, kept }) => ({ file, status, kept }));
}

function count(changes: readonly SkillChange[]): Readonly<Record<string, number>> {
  const all = ["added", "updated", "unchanged", "kept"] as const;
  return Object.fromEntries(all.map((status) => [status, changes.filter((one) => one.status === status).length]));
}

interface Words {
  readonly dryRun: boolean;
  readonly deps: Pick<Deps, "paths">;
}

const starts: Readonly<Record<string, string>> = {
  claude: "claude",
  codex: "codex",
  gemini: "gemini",
  opencode: "opencode",
  copilot: "copilot",
};

/** How the workspace answers for models. */
const ways: Readonly<Record<SetupOutcome["family"], string>> = {
  "model-services": "models by its AI Gateway, as model services of Unity Catalog",
  "ai-gateway": "models by its AI Gateway",
  "serving-endpoints": "models by its serving endpoints: it shows no AI Gateway, which an administrator may switch on",
};

export function setupText(outcome: SetupOutcome, { dryRun, deps }: Words): string {
  const { host, profile, user, plans, family, written, skills, proofs, revoked, removed, notes, diff } = outcome;
  const who = user === undefined ? "" : ` as ${user}`;
  const titles = plans.map(({ agent, mode }) => `${agent.title} (${mode})`).join(", ");
  const head = `${dryRun ? "Would make ready" : "Ready"}: ${titles}\n  on ${host}${who}, profile ${profile}\n  ${ways[family]}\n`;
  const all = [...notes, ...written.flatMap((one) => one.notes)];
  const said = all.map((note) => `  ${shortened(note, deps)}\n`).join("");
  const added = skills.filter(({ status }) => status === "added" || status === "updated").length;
  const skillLine = added === 0 ? "" : `  ${dryRun ? "would install" : "installed"} ${added} skills\n`;
  if (dryRun)
    return `${diff}${diff === "" ? "Every setting is as it should be.\n" : "\n"}${head}${skillLine}${said}Nothing was done.\n`;
  const files = written.flatMap((one) => one.files).filter(({ status }) => status !== "unchanged");
  const changed = files.map(({ file, status }) => `  ${status} ${shortPath(file, deps)}\n`).join("");
  const gone =
    revoked === 0 ? "" : `  revoked ${revoked === 1 ? "1 token" : `${revoked} tokens`} of the FMAPI setup script\n`;
  const taken = removed.map((title) => `  older program: ${shortened(title, deps)}\n`).join("");
  const proven = proofs.map((proof) => proofLine(proof)).join("");
  return `${head}${changed === "" ? "  every setting was as it should be\n" : changed}${skillLine}${gone}${taken}${proven}${said}${next(outcome)}`;
}

function proofLine({ agent, status, detail, hint }: SetupOutcome["proofs"][number]): string {
  const word = { passed: "works", failed: "FAILED", skipped: "not tried" }[status];
  return `  ${agent} ${word}: ${detail}${hint === undefined || status !== "failed" ? "" : `\n    ${hint}`}\n`;
}

function next({ plans, proofs }: SetupOutcome): string {
  if (proofs.some(({ status }) => status === "failed")) return "\nNext: mortar doctor\n";
  const first = plans.find(({ agent }) => starts[agent.id] !== undefined);
  const command = first === undefined ? undefined : starts[first.agent.id];
  if (command === undefined) return "\nTo take it all back: mortar uninstall\n";
  return `\nNext: ${first?.mode === "wrapper" ? `mortar ${command}` : command}\nTo take it all back: mortar uninstall\n`;
}

function shortened(text: string, { paths }: Pick<Deps, "paths">): string {
  return paths.home === undefined ? text : text.replaceAll(`${paths.home}/`, "~/");
}
