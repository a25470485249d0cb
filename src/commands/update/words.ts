// What `mortar update` says about each way to have been installed, and about what it did.
import type { CommandResult } from "../../cli/spec.ts";
import type { Install } from "../../platform/release/install-method.ts";

export interface Outcome {
  readonly kind:
    | "current"
    | "managed"
    | "available"
    | "declined"
    | "updated"
    | "rollback-available"
    | "rolled-back"
    | "no-feed"
    | "switched-off";
  /** The version that ran this command. */
  readonly version: string;
  readonly install: Install;
  readonly dryRun: boolean;
  /** The version that the feed names, or that a rollback leads to. */
  readonly latest?: string;
  readonly page?: string | undefined;
  readonly previous?: string;
  readonly left?: readonly string[];
}

const managers: Readonly<Record<Install["method"], string>> = {
  homebrew: "Homebrew installed it",
  scoop: "Scoop installed it",
  winget: "winget installed it",
  nix: "Nix installed it",
  "system-package": "The system's package manager installed it",
  script: "The install script installed it",
  archive: "It was unpacked from a release's archive",
  source: "It was built from source: update the checkout and build again",
};

/** How the program was installed, as a sentence without its full stop. */
export function wordsFor(method: Install["method"]): string {
  return managers[method];
}

export function describe(outcome: Outcome): CommandResult {
  const { kind, version, install, latest, page, previous, left = [] } = outcome;
  const data = {
    version,
    latest: latest ?? null,
    outcome: kind,
    changed: kind === "updated" || kind === "rolled-back",
    dry_run: outcome.dryRun,
    install: { method: install.method, path: install.path, command: install.command ?? null },
    page: page ?? null,
    previous: previous ?? null,
    left: [...left],
  };
  const lines = [sentence(outcome)];
  if (page !== undefined && ["managed", "available", "updated"].includes(kind)) lines.push(`What is new: ${page}`);
  if (left.length > 0) lines.push(`Left as they were, because they cannot be written: ${left.join(", ")}`);
  return { data, text: `${lines.join("\n")}\n` };
}

function sentence({ kind, version, install, latest }: Outcome): string {
  switch (kind) {
    case "current":
      return `mortar ${version} is the newest version${latest === version ? "" : ` (the feed has ${latest})`}.`;
    case "managed":
      return `mortar ${latest} is out; this is ${version}. ${wordsFor(install.method)}${howTo(install)}`;
    case "available":
      return `mortar ${latest} is out; this is ${version}. Would replace ${install.path}.`;
    case "declined":
      return `Nothing was changed: this is still mortar ${version}.`;
    case "updated":
      return `Updated mortar ${version} to ${latest}. To go back: mortar update --rollback`;
    case "rollback-available":
      return `Would go back from mortar ${version} to ${latest}.`;
    case "rolled-back":
      return `Went back from mortar ${version} to ${latest}. To undo this: mortar update --rollback`;
    case "no-feed":
      return `This mortar ${version} knows no feed of releases to ask${install.command === undefined ? ". Name one with --feed URL." : howTo(install)}`;
    case "switched-off":
      return "Looking for updates is switched off by the environment.";
  }
}

function howTo({ command }: Install): string {
  return command === undefined ? ", and updates it." : `. To update:\n\n  ${command}\n`;
}
