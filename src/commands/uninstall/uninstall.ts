// `mortar uninstall`.
import { mcpClientNames } from "../../agents/mcp-client-names.ts";
import { confirm } from "../../cli/confirm.ts";
import type { Run } from "../../cli/context.ts";
import { desktopOwner, uninstallEntry } from "../../desktop/library.ts";
import { forget } from "../../desktop/memory.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { takeBack, type TakenBack, type TakeBackRequest } from "../../setup/take-back.ts";
import { changesText, shortPath } from "../skills/words.ts";
import type { uninstallFlags } from "./table.ts";

export const run: Run<typeof uninstallFlags> = async ({ deps, flags, positionals, signal, build, progress }) => {
  const names = new Set([...positionals, ...flags.agent]);
  const named = mcpClientNames.filter((name) => names.has(name));
  const dryRun = flags["dry-run"];
  const request: TakeBackRequest = {
    agents: named.length === 0 ? undefined : named,
    signOut: flags["sign-out"],
    dryRun: true,
    version: build.version,
    signal,
    others: { owners: [desktopOwner], takeBack: (options) => takeDesktopBack(deps, options) },
  };
  const planned = await takeBack(deps, request);
  if (dryRun || isNothing(planned)) return resultOf(planned, dryRun, deps);
  if (!flags.yes) {
    progress.clear();
    if (deps.stdin.isTTY && deps.stderr.isTTY)
      deps.stderr.write(textOf(planned, true, deps).replace(/Nothing was done\.\n$/, ""));
    const question = "Take this back?";
    const agreed = await confirm(deps, { question, unasked: "Taking it all back needs a yes", flag: "--yes", signal });
    if (!agreed) throw new MortarError("interrupted", "Nothing was changed", { exit: 1 });
  }
  progress.show("Taking back");
  const taken = await takeBack(deps, { ...request, dryRun: false });
  return resultOf(taken, false, deps);
};

/** Claude Desktop as it was. */
async function takeDesktopBack(deps: Deps, { dryRun }: { readonly dryRun: boolean }) {
  const { files } = await uninstallEntry(deps, { dryRun });
  if (!dryRun && files.length > 0) await forget(deps);
  return files;
}

function isNothing({ files, skills, proxyPid, service, removed, signedOut }: TakenBack): boolean {
  const all = [files, skills, removed, signedOut].every((list) => list.length === 0);
  return all && proxyPid === undefined && service === undefined;
}

function resultOf(taken: TakenBack, dryRun: boolean, deps: Deps) {
  const { files, skills, proxyPid, service, removed, kept, signedOut } = taken;
  const data = {
    files: files.map(({ file, status, kept: values, reason }) => ({
      file,
      status,
      kept: values,
      reason: reason ?? null,
    })),
    skills: skills.map(({ name, folder, status }) => ({ name, folder, status })),
    proxy: proxyPid ?? null,
    service: service ?? null,
    removed,
    kept,
    signed_out: signedOut,
    dry_run: dryRun,
  };
  const failed = files.some(({ status }) => status === "failed");
  return { data, text: textOf(taken, dryRun, deps), ...(failed ? { exit: 1 } : {}) };
}

function textOf(taken: TakenBack, dryRun: boolean, deps: Deps): string {
  const { files, skills, proxyPid, service, removed, kept, signedOut } = taken;
  const stays = kept.map(({ what, why }) => `  ${shortPath(what, deps)} stays: ${why}\n`).join("");
  if (isNothing(taken)) return `There is nothing of ours in any agent's settings.\n${stays}`;
  const lines = files.map((file) => fileLine(file, deps)).join("");
  const skillLines = skills.length === 0 ? "" : changesText(skills, dryRun, deps).replace(/Nothing was done\.\n$/, "");
  const own = removed.map((path) => `  ${shortPath(path, deps)}\n`).join("");
  return [
    `${dryRun ? "Would take back" : "Taken back"}:\n`,
    lines,
    skillLines,
    proxyPid === undefined ? "" : `  the proxy (process ${proxyPid}) ${dryRun ? "would end" : "has ended"}\n`,
    service === undefined ? "" : `  the service ${shortPath(service, deps)}\n`,
    signedOut.length === 0 ? "" : `  the sign-ins of ${signedOut.join(", ")}\n`,
    own === "" ? "" : `Files of our own:\n${own}`,
    stays,
    dryRun ? "Nothing was done.\n" : "",
  ].join("");
}

function fileLine({ file, status, kept, reason }: TakenBack["files"][number], deps: Deps): string {
  if (status === "failed") return `  ${shortPath(file, deps)} FAILED: ${reason ?? ""}\n`;
  const many = kept === 1 ? "one value stays, which was" : `${kept} values stay, which were`;
  const what = status === "removed" ? "removed" : "restored";
  return `  ${shortPath(file, deps)} (${what}${kept === 0 ? "" : `; ${many} changed since`})\n`;
}
