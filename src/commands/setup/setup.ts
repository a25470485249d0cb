// `mortar setup`.
import { resolve } from "node:path";
import type { ManagedAgentId } from "../../agents/ready/types.ts";
import { checkedServerName } from "../../agents/mcp-install.ts";
import { mcpClientNames } from "../../agents/mcp-client-names.ts";
import { choose } from "../../cli/choose.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import { readLibrary } from "../../desktop/library.ts";
import { hasApp } from "../../desktop/presence.ts";
import { MortarError } from "../../platform/errors.ts";
import { checkedTtl, filledUp, merged, modelKeys, scopeOf, type Answers } from "../../setup/answers.ts";
import { workspaceHost } from "../../setup/host.ts";
import { readSetup } from "../../setup/lasting.ts";
import { setUp } from "../../setup/run.ts";
import { fetchTeamConfig, readTeamFile, type TeamConfig } from "../../setup/team-config.ts";
import { chooseWorkspace, signInTo } from "../../setup/workspace.ts";
import { installDesktop, plainInstall } from "../desktop/install.ts";
import { desktopName, type setupFlags } from "./table.ts";
import { setupData, setupText } from "./words.ts";

type Context = CommandContext<typeof setupFlags>;

export const run: Run<typeof setupFlags> = async (context) => {
  const { deps, flags, json, signal, progress, build } = context;
  const own = answersOf(context);
  const isNamed = context.positionals.includes(desktopName) || flags.agent.includes(desktopName);
  if (isNamed && own.agents === undefined) return desktopAlone(context);
  const team = await teamAnswers(context);
  for (const note of team.notes ?? []) deps.log.warn(note);
  const isTeams = team.desktop === true && own.agents === undefined;
  if (isTeams && team.agents === undefined) return desktopOfTeam(context, filledUp(own, team));
  const given = merged([filledUp(own, team), ...(await lastAnswers(context))]);
  const isSaid = flags.host !== undefined || flags.config !== undefined || flags["config-url"] !== undefined;
  const isTerminal = deps.stdin.isTTY && deps.stdout.isTTY && deps.stderr.isTTY;
  const interactive = isTerminal && !isSaid && !flags.yes && !flags.reinstall && !json;
  const withDesktop = isNamed || isTeams || (interactive && own.agents === undefined && (await askDesktop(context)));
  const outcome = await setUp(deps, {
    given,
    interactive,
    installMissing: flags["install-missing"],
    revokeTokens: flags["revoke-older-tokens"],
    removeOlder: flags["remove-older"],
    takeOver: flags["take-over"],
    verify: !flags["no-verify"],
    yes: flags.yes,
    dryRun: flags["dry-run"],
    version: build.version,
    signal,
    progress,
  });
  const failed = outcome.proofs.some(({ status }) => status === "failed");
  const dryRun = flags["dry-run"];
  const told = { data: setupData(outcome, dryRun), text: setupText(outcome, { dryRun, deps }) };
  if (failed) {
    const left = withDesktop ? "Claude Desktop was left as it is.\n" : "";
    return { ...told, text: `${told.text}${left}`, exit: 7 };
  }
  if (!withDesktop) return { ...told, text: `${told.text}${await desktopWord(deps)}` };
  const desktop = await desktopFor(context, outcome.profile);
  return { data: { ...told.data, desktop: desktop.data }, text: `${told.text}\nClaude Desktop:\n${desktop.text}` };
};

/** Where the app is on this machine and goes by something else. */
async function desktopWord(deps: Context["deps"]): Promise<string> {
  return (await isOpen(deps)) ? "Claude Desktop is on this machine too: mortar setup claude-desktop\n" : "";
}

async function isOpen(deps: Context["deps"]): Promise<boolean> {
  return (await hasApp(deps)) && !(await readLibrary(deps)).isApplied;
}

/** It goes by a person's own account until that says otherwise: nobody gets it by Enter alone. */
async function askDesktop({ deps, signal, progress }: Context): Promise<boolean> {
  if (!(await isOpen(deps))) return false;
  progress.clear();
  const choices = [
    { value: "no", label: "Leave it as it is" },
    { value: "yes", label: "Lead it to the workspace too", hint: "mortar uninstall brings it back" },
  ];
  const question = "Claude Desktop is on this machine. What shall become of it?";
  return (await choose(deps, { question, choices, signal })) === "yes";
}

function desktopFor({ deps, flags, signal, build }: Context, profile: string | undefined) {
  const own = { ...plainInstall, "dry-run": flags["dry-run"] };
  return installDesktop({ deps, profile, signal, build, flags: own });
}

/** The app alone: it takes a sign-in that is there. Throws `usage` for what is said of agents. */
async function desktopAlone(context: Context) {
  const { flags, profile } = context;
  const said = flags.host ?? flags.config ?? flags["config-url"] ?? flags.mode ?? flags.scope;
  if (said === undefined) return desktopFor(context, profile);
  throw new MortarError("usage", "Claude Desktop alone takes a profile, and nothing that is for agents", {
    hint: "Sign in with mortar auth login --host URL, then run mortar setup claude-desktop --profile NAME.",
  });
}

/** The app alone, where a team's file says so and names the workspace: it signs in to that first. */
async function desktopOfTeam(context: Context, answers: Answers) {
  const { deps, flags, signal } = context;
  const workspace = await chooseWorkspace(deps, answers, signal);
  await signInTo(deps, workspace, { mayAsk: !flags["dry-run"], signal });
  return desktopFor(context, workspace.profile);
}

function answersOf({ deps, flags, positionals, profile }: Context): Answers {
  const names = new Set([...positionals, ...flags.agent]);
  const agents: readonly ManagedAgentId[] = mcpClientNames.filter((name) => names.has(name));
  const models = modelKeys.flatMap((key) => {
    const model = flags[key];
    return model === undefined ? [] : [[key, model] as const];
  });
  const { host, mode, scope, ttl } = flags;
  if (host !== undefined) workspaceHost(host);
  return {
    host,
    profile,
    ...(agents.length === 0 ? {} : { agents }),
    mode: (["proxy", "helper", "wrapper"] as const).find((one) => one === mode),
    ...(scope === undefined ? {} : { scope: scopeOf(scope, deps) }),
    ...(models.length === 0 ? {} : { models: Object.fromEntries(models) }),
    ...(ttl === undefined ? {} : { ttlMs: checkedTtl(ttl) }),
    ...switches(flags),
  };
}

function switches(flags: Context["flags"]): Pick<Answers, "skills" | "server" | "serverName"> {
  return {
    ...(flags.name === undefined ? {} : { serverName: checkedServerName(flags.name) }),
    ...(flags.skills ? { skills: true } : {}),
    ...(flags["no-skills"] ? { skills: false } : {}),
    ...(flags.mcp ? { server: true } : {}),
    ...(flags["no-mcp"] ? { server: false } : {}),
  };
}

async function teamAnswers({ deps, flags, signal }: Context): Promise<TeamConfig> {
  if (flags.config !== undefined) return readTeamFile(deps, resolve(deps.cwd, flags.config));
  if (flags["config-url"] === undefined) return {};
  return fetchTeamConfig(deps, flags["config-url"], signal);
}

async function lastAnswers({ deps, flags }: Context): Promise<readonly Answers[]> {
  if (!flags.reinstall) return [];
  const last = await readSetup(deps);
  // Each agent has a mode of its own, and a model may be no more: both are looked up where they are needed.
  if (last.host !== undefined) return [{ ...last, mode: undefined, models: undefined }];
  throw new MortarError("usage", "There is no setup to do again", {
    hint: "Run mortar setup, or mortar setup --host URL.",
  });
}
