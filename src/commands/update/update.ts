// `mortar update`: ask for the newest release, and put it in place or say who does.
import { confirm } from "../../cli/confirm.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import type { CommandResult } from "../../cli/spec.ts";
import { MortarError } from "../../platform/errors.ts";
import { feedAddress, type Release } from "../../platform/release/feed.ts";
import type { Install } from "../../platform/release/install-method.ts";
import { isSwitchedOff, rememberLatest } from "../../platform/release/notice.ts";
import { askFeed, fetchVerified, installVerified, requirePrevious, rollBack } from "../../platform/release/update.ts";
import { isUpdate } from "../../platform/release/version.ts";
import { ownInstall, releaseFacts, type ReleaseFacts } from "./facts.ts";
import type { updateFlags } from "./table.ts";
import { describe, wordsFor, type Outcome } from "./words.ts";

type Context = CommandContext<typeof updateFlags>;

export const run: Run<typeof updateFlags> = async (context) => {
  const { deps, flags } = context;
  const facts = releaseFacts();
  if (flags.look) return look(context, facts);
  const install = await ownInstall(deps);
  const known = { version: facts.version, install, dryRun: flags["dry-run"] };
  if (flags["if-enabled"] && isSwitchedOff(deps.env)) return describe({ ...known, kind: "switched-off" });
  return flags.rollback ? goBack(context, install, known) : update(context, { facts, install, known });
};

type Known = Pick<Outcome, "version" | "install" | "dryRun">;

interface Updating {
  readonly facts: ReleaseFacts;
  readonly install: Install;
  readonly known: Known;
}

async function update(context: Context, { facts, install, known }: Updating): Promise<CommandResult> {
  const { deps, flags, signal } = context;
  const address = feedAddress(flags.feed, facts.repository);
  if (address === undefined) return describe({ ...known, kind: "no-feed" });
  context.progress.show(`Asking ${address.host} for the newest release`);
  const release = await askFeed(deps, address, signal);
  await rememberLatest(deps, release.version).catch(() => undefined);
  const found = { ...known, latest: release.version, page: release.page };
  if (!isUpdate(facts.version, release.version)) return describe({ ...found, kind: "current" });
  if (!["script", "archive"].includes(install.method)) return describe({ ...found, kind: "managed" });
  const { target, keys } = facts;
  if (target === undefined || keys.length === 0) throw new MortarError("unsupported", "This build has no release key");
  if (flags["dry-run"]) return describe({ ...found, kind: "available" });
  if (!flags.yes && !(await agreed(context, `Update mortar ${facts.version} to ${release.version}?`, "Updating"))) {
    return describe({ ...found, kind: "declined" });
  }
  const verified = await fetchVerified(deps, { release, target, keys, signal, onProgress: shown(context, release) });
  context.progress.show("Installing");
  const { previous, left } = await installVerified(deps, install, verified, signal);
  return describe({ ...found, kind: "updated", previous, left });
}

async function goBack(context: Context, install: Install, known: Known): Promise<CommandResult> {
  const { deps, flags, signal } = context;
  if (!["script", "archive"].includes(install.method)) {
    throw new MortarError("unsupported", `mortar did not update ${install.path} itself`, {
      hint: `${wordsFor(install.method)} and can go back to an earlier version.`,
    });
  }
  const { version } = await requirePrevious(deps, install, signal);
  const found = { ...known, latest: version };
  if (flags["dry-run"]) return describe({ ...found, kind: "rollback-available" });
  if (!flags.yes && !(await agreed(context, `Go back from mortar ${known.version} to ${version}?`, "Going back"))) {
    return describe({ ...found, kind: "declined" });
  }
  const { previous, left } = await rollBack(deps, install, signal);
  return describe({ ...found, kind: "rolled-back", previous, left });
}

function agreed({ deps, signal, progress }: Context, question: string, what: string): Promise<boolean> {
  progress.clear();
  return confirm(deps, { question, unasked: `${what} needs --yes where nobody can be asked`, flag: "--yes", signal });
}

function shown({ progress }: Context, { version }: Release): (received: number, total: number | undefined) => void {
  return (received, total) => {
    const percent = total === undefined || total === 0 ? "" : `, ${Math.floor((received / total) * 100)} %`;
    progress.show(`Downloading mortar ${version} (${Math.floor(received / 1e6)} MB${percent})`);
  };
}

/** The notice's own process: nobody reads what it prints, and nothing that it meets is an error. */
async function look({ deps, flags, signal }: Context, facts: ReleaseFacts): Promise<CommandResult> {
  try {
    const address = feedAddress(flags.feed, facts.repository);
    if (address !== undefined) await rememberLatest(deps, (await askFeed(deps, address, signal)).version);
  } catch (thrown) {
    deps.log.debug(thrown instanceof Error ? thrown.message : String(thrown));
  }
  return { data: null, text: "" };
}
