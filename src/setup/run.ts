// One setup from the first question to the proof.
import { managedAgents } from "../agents/ready/catalog.ts";
import { serverName as usualServerName } from "../agents/launch/agent.ts";
import type { ManagedAgentId } from "../agents/ready/types.ts";
import type { Credentials } from "../auth/credentials.ts";
import type { Progress } from "../cli/progress.ts";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { tryJson } from "../platform/json.ts";
import type { Secret } from "../platform/secret.ts";
import { readSettings } from "../platform/settings.ts";
import { openModels } from "../proxy/models/open.ts";
import { chooseRoles, readPins } from "../proxy/models/roles.ts";
import { rememberProfile } from "../proxy/lifecycle/port.ts";
import type { SkillChange } from "../skills/manage.ts";
import type { Client } from "../workspace/client.ts";
import type { PersonalToken } from "../workspace/personal-tokens.ts";
import { merged, type Answers } from "./answers.ts";
import { agentsNamed, findAgents, fittingMode, installAgent, isHere, wayToInstall, type FoundAgent } from "./agents.ts";
import { diffText } from "./diff.ts";
import { readSetup, rememberSetup } from "./lasting.ts";
import { homeOnly, noMigration, planMigration, type Migration } from "./migration.ts";
import { chosenModels, listedModels } from "./models.ts";
import { plansWithName, withoutForeign } from "./foreign.ts";
import { findOlder } from "./older.ts";
import { olderTokens, revokeTokens } from "./older-tokens.ts";
import { usualTtlMs, type AgentPlan, type Chosen, type Ground } from "./plan.ts";
import { proveAll, type Proof } from "./prove.ts";
import { askAgents, askMode, askModels, askScope, askWorkspace, askYes, declined, type Asker } from "./questions.ts";
import { foldersToMake, leaveNoTrace, rememberMade } from "./remains.ts";
import { proxyTarget } from "./target.ts";
import { chooseWorkspace, signInTo, workspaceProfiles } from "./workspace.ts";
import { skillsFor, writeAll, type WriteRequest, type WrittenAgent } from "./write.ts";

export interface SetupRequest {
  /** From flags, then from a team's file: what is said for this run. */
  readonly given: Answers;
  /** A person is there, and wants to be asked. */
  readonly interactive: boolean;
  readonly installMissing: boolean;
  readonly revokeTokens: boolean;
  readonly removeOlder: boolean;
  readonly takeOver: boolean;
  readonly verify: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface SetupOutcome {
  readonly host: string;
  readonly profile: string;
  readonly user: string | undefined;
  readonly plans: readonly AgentPlan[];
  /** What the workspace has to call models by. */
  readonly family: Ground["family"];
  readonly models: Ground["models"];
  readonly written: readonly WrittenAgent[];
  readonly skills: readonly SkillChange[];
  readonly proofs: readonly Proof[];
  /** How many tokens of an older program are no more. */
  readonly revoked: number;
  /** What of older programs was taken away. */
  readonly removed: readonly string[];
  readonly notes: readonly string[];
  /** What would change, without colour and secrets. */
  readonly diff: string;
}

interface Run {
  readonly deps: Deps;
  readonly request: SetupRequest;
  readonly asker: Asker;
  readonly notes: string[];
}

/**
 * Makes agents ready. Nothing of any agent is changed before the person has agreed, or where something throws. Throws
 * `usage` for what is missing and cannot be asked, `conflict` for settings of somebody else, and what signing in, the
 * workspace and writing throw.
 */
export async function setUp(deps: Deps, request: SetupRequest): Promise<SetupOutcome> {
  const made = foldersToMake([deps.paths.data, deps.paths.cache]);
  try {
    const outcome = await inOrder(deps, request, made);
    if (request.dryRun) await leaveNoTrace(deps, made);
    return outcome;
  } catch (thrown) {
    await leaveNoTrace(deps, made).catch(() => undefined);
    throw thrown;
  }
}

interface Prepared {
  readonly outcome: Omit<SetupOutcome, "written" | "skills" | "proofs" | "revoked" | "removed">;
  readonly writing: Omit<WriteRequest, "remember">;
  readonly lasting: Answers;
  /** Gives how many tokens of an older program were revoked. */
  readonly revoke: () => Promise<number>;
  readonly migration: Migration;
  readonly secrets: readonly Secret[];
}

async function inOrder(deps: Deps, request: SetupRequest, made: readonly string[]): Promise<SetupOutcome> {
  const { signal, progress, dryRun } = request;
  progress.clear();
  // At once, since whoever is killed tells nobody later. Where this comes to nothing, it goes with the folder that it is in.
  if (!dryRun && made.includes(deps.paths.data)) await rememberMade(deps, made);
  const run: Run = { deps, request, asker: { deps, signal }, notes: [] };
  const { outcome, writing, lasting, revoke, migration, secrets } = await prepare(run, made);
  const { plans, profile } = outcome;
  if (dryRun) {
    const skills = writing.skills ? await skillsFor(deps, writing, true) : [];
    return { ...outcome, written: [], skills, proofs: [], revoked: 0, removed: [] };
  }
  if (request.interactive && !request.yes) {
    const previews = plans.flatMap((plan) => plan.previews);
    const shown = diffText(previews, { colour: deps.stderr.colour, secrets });
    const notes = run.notes.map((note) => `${note}\n`).join("");
    deps.stderr.write(shown === "" ? "Every setting is as it should be.\n" : `\n${shown}${notes}\n`);
    if (!(await askYes(run.asker, "Write this?"))) throw declined();
  }
  progress.show("Writing");
  await migration.adopt();
  const remember = async (): Promise<void> => {
    await rememberProfile(deps, profile);
    await rememberSetup(deps, lasting);
  };
  const { agents: written, skills: before } = await writeAll(deps, { ...writing, remember });
  const revoked = await revoke();
  const removed = await migration.remove();
  // Skills of an older program may have stood where ours belong.
  const skills = removed.length > 0 && writing.skills ? await skillsFor(deps, writing, false) : before;
  await stillThere(deps);
  if (request.verify) progress.show("Asking a model");
  const asked = request.verify ? plans.map(({ agent, wish }) => ({ agent: agent.id, wish })) : [];
  const proofs = await proveAll(deps, asked, signal);
  return { ...outcome, written, skills, proofs, revoked, removed };
}

/** Throws `conflict` where an uninstall came in between: asking a model would bring back half of what it took. */
async function stillThere(deps: Deps): Promise<void> {
  if ((await readSetup(deps)).host !== undefined) return;
  throw new MortarError("conflict", "An uninstall beside this setup took it back", { hint: "Run mortar setup again." });
}

/** All questions but the last, and all that has to be known. Changes nothing but a sign-in. */
async function prepare(run: Run, made: readonly string[]): Promise<Prepared> {
  const { deps, request, notes } = run;
  const { signal, version } = request;
  const answered = await answersOf(run);
  const { known, usual, takes } = answered;
  const agents = await agentsOf(run, known);
  const workspace = await chooseWorkspace(deps, await workspaceOf(run, known, usual), signal);
  const { profile, host } = workspace;
  const scope =
    known.scope ?? (request.interactive ? await askScope(run.asker, usual.scope) : ({ kind: "home" } as const));
  const present = agents.map(({ agent }) => usual.modes?.[agent.id]).find((one) => one !== undefined) ?? usual.mode;
  const mode = request.given.mode ?? (request.interactive ? await askMode(run.asker, present) : undefined);
  const fitting = fit(run, agents, { mode, modes: usual.modes, usual: usual.mode, scope, named: request.given.agents });
  await installMissing(run, fitting);
  const { credentials, user } = await signInTo(deps, workspace, { mayAsk: !request.dryRun, signal });
  const { family, models, named: namedModels, client } = await modelsOf(run, { credentials, profile }, answered);
  const older = await tokensToRevoke(run, { client, authType: credentials.authType });
  // What nobody is asked about is as it was.
  const silent = merged([known, usual]);
  const { ttlMs = usualTtlMs, server = true, skills = true, serverName: called = usualServerName } = silent;
  const wanted: Ground = { host, profile, family, models, scope, ttlMs, server, serverName: called };
  const { port } = answered;
  const proxy = await proxyTarget(deps, { profile, planned: true, usualPort: port, signal });
  const consent = { ...request, deps, asker: run.asker, notes };
  const { plans: all, ground } = await plansWithName(consent, fitting, { ground: wanted, proxy });
  const plans = await withoutForeign(consent, all);
  notes.push(...plans.flatMap((plan) => unreadable(plan)));
  const isHome = scope.kind === "home";
  const asks = request.interactive && !request.yes;
  const migration = isHome
    ? await planMigration({ ...request, deps, asker: run.asker, notes, asks, takes, port })
    : noMigration;
  if (!isHome && request.removeOlder) notes.push(homeOnly);
  const chosen = plans.map(({ agent, mode: own }) => ({ agent, mode: own }));
  const secrets = [proxy.target.key];
  const previews = plans.flatMap((plan) => plan.previews);
  const ids = chosen.map(({ agent }) => agent.id);
  const { serverName } = ground;
  const modes = Object.fromEntries(chosen.map(({ agent, mode: own }) => [agent.id, own]));
  const lasting = { host, profile, agents: ids, modes, scope, models: namedModels, ttlMs, skills, server, serverName };
  return {
    outcome: {
      host,
      profile,
      user,
      plans,
      family,
      models,
      notes,
      diff: diffText(previews, { colour: false, secrets }),
    },
    writing: { chosen, ground, skills, made, version, signal },
    lasting: mode === undefined ? lasting : { ...lasting, mode },
    revoke: () => revokeTokens(deps, older, { client, signal }),
    migration,
    secrets,
  };
}

interface Named extends Pick<Ground, "family" | "models"> {
  /** What was named by somebody: the rest is the newest, also in a year. */
  readonly named: NonNullable<Answers["models"]>;
  readonly client: Client;
}

async function modelsOf(
  { deps, request, asker, notes }: Run,
  { credentials, profile }: { readonly credentials: Credentials; readonly profile: string },
  { known, usual, older, offered }: Known,
): Promise<Named> {
  const { signal, version, progress } = request;
  progress.show("Asking the workspace for its models");
  const { discovery, client } = await openModels(deps, { credentials, profile, version, signal, fresh: true });
  progress.clear();
  const choices = chooseRoles(discovery.models, await readPins(deps, profile));
  const asks = request.interactive && known.models === undefined;
  // What somebody has said now has to be there; of what was said once the rest may be gone.
  const there = listedModels(discovery, { ...older, ...usual.models }, notes);
  const before = { ...listedModels(discovery, offered, []), ...there };
  const named = asks ? await askModels(asker, discovery, { choices, before }) : { ...there, ...request.given.models };
  return { family: discovery.family, models: chosenModels(discovery, choices, named), named, client };
}

/** Tokens of an older program that the person wants to be rid of. */
async function tokensToRevoke(
  { deps, request, asker, notes }: Run,
  { client, authType }: { readonly client: Client; readonly authType: Credentials["authType"] },
): Promise<readonly PersonalToken[]> {
  const tokens = await olderTokens(deps, { client, authType, signal: request.signal });
  if (tokens.length === 0 || request.revokeTokens) return tokens;
  const what = `${tokens.length === 1 ? "a token" : `${tokens.length} tokens`} of the FMAPI setup script`;
  if (request.interactive && !request.dryRun) {
    return (await askYes(asker, `Your workspace has ${what}. Revoke?`)) ? tokens : [];
  }
  notes.push(`The workspace has ${what}: --revoke-older-tokens revokes them.`);
  return [];
}

/** Claude Code 2.1 leaves a whole file aside that is not JSON to the letter; people who write comments do not expect that. */
function unreadable({ agent, previews }: AgentPlan): readonly string[] {
  if (agent.id !== "claude") return [];
  return previews
    .filter(({ after }) => after !== undefined && tryJson(after) === undefined)
    .map(
      ({ file }) =>
        `${file} has comments or commas that ${agent.title} does not take: it ignores the file until they are gone.`,
    );
}

interface Known {
  /** What needs no question any more. */
  readonly known: Answers;
  /** What a question has as its first answer. */
  readonly usual: Answers;
  /** Models that an older program was on, as far as nobody has named others. */
  readonly older: NonNullable<Answers["models"]>;
  /** Models that an older program had chosen by itself. */
  readonly offered: NonNullable<Answers["models"]>;
  /** What an older program had is to go on. */
  readonly takes: boolean;
  /** Where the older proxy was; undefined where this one has a place already. */
  readonly port: number | undefined;
}

/** A person is asked with what was there as the first answer; without one it counts by itself. */
async function answersOf({ deps, request, asker, notes }: Run): Promise<Known> {
  const before = await readSetup(deps);
  const older = await findOlder(deps);
  for (const { what } of older.found) notes.push(`Found ${what}.`);
  const isNew = before.host === undefined && older.found.length > 0;
  const titles = older.found.map(({ what }) => `  ${what}\n`).join("");
  if (isNew && request.interactive) deps.stderr.write(`An older program is here:\n${titles}`);
  const takes = isNew && (!request.interactive || (await askYes(asker, "Go on with its workspace and models?")));
  const { models = {}, ...rest } = takes ? older.answers : {};
  const usual = merged([before, rest]);
  const all = merged([request.given, usual]);
  const offered = takes ? older.offered : {};
  const port = takes && (await readSettings(deps, "proxy"))["port"] === undefined ? older.port : undefined;
  return { known: request.interactive ? request.given : all, usual, older: models, offered, takes, port };
}

async function agentsOf({ deps, request, asker }: Run, { agents }: Answers): Promise<readonly FoundAgent[]> {
  const found = await findAgents(deps);
  const before = (await readSetup(deps)).agents;
  if (agents !== undefined && request.given.agents !== undefined) return agentsNamed(found, agents);
  if (request.interactive) return agentsNamed(found, await askAgents(asker, found, before));
  const here = found.filter((one) => isHere(one) || before?.includes(one.agent.id) === true);
  if (here.length > 0) return here;
  throw new MortarError("usage", "No coding agent is on this machine", {
    hint: `Name the one to make ready, such as mortar setup claude --install-missing (${managedAgents.map(({ id }) => id).join(", ")}).`,
  });
}

async function workspaceOf({ deps, request, asker }: Run, known: Answers, usual: Answers): Promise<Answers> {
  if (known.host !== undefined || known.profile !== undefined || !request.interactive) return known;
  return askWorkspace(asker, await workspaceProfiles(deps), usual);
}

interface Wanted extends Pick<Answers, "mode" | "modes"> {
  /** Where nobody says anything else. */
  readonly usual: Answers["mode"];
  readonly scope: Ground["scope"];
  readonly named: readonly ManagedAgentId[] | undefined;
}

interface Fitted extends Chosen {
  readonly found: FoundAgent;
}

function fit({ notes }: Run, agents: readonly FoundAgent[], wanted: Wanted): readonly Fitted[] {
  const { scope, named } = wanted;
  const fitted = agents.flatMap((found): Fitted[] => {
    const { agent } = found;
    const fits = fittingMode(agent, wanted.mode ?? wanted.modes?.[agent.id] ?? wanted.usual, scope);
    if (fits === undefined) {
      const message = `${agent.title} has no settings of a project`;
      if (named?.includes(agent.id) === true)
        throw new MortarError("usage", message, { hint: "Use --scope home for it." });
      notes.push(`${message}, and is left out.`);
      return [];
    }
    if (fits.note !== undefined) notes.push(fits.note);
    return [{ agent, mode: fits.mode, found }];
  });
  if (fitted.length > 0) return fitted;
  throw new MortarError("usage", "None of these agents can be made ready there", { hint: "Use --scope home." });
}

async function installMissing({ deps, request, asker, notes }: Run, agents: readonly Fitted[]): Promise<void> {
  for (const { agent, found } of agents) {
    if (isHere(found)) continue;
    if (found.presence.isOnWindows) {
      notes.push(`${agent.title} is installed on Windows: run mortar there for it.`);
      continue;
    }
    const way = wayToInstall(deps, agent);
    const command = way?.command.join(" ");
    const missing = `${agent.title} is not installed${command === undefined ? `: ${agent.page}` : ` (${command})`}.`;
    const asks = request.interactive && !request.installMissing && way !== undefined && !request.dryRun;
    const agreed =
      request.installMissing || (asks && (await askYes(asker, `${agent.title} is not installed. Run ${command}?`)));
    if (!agreed || way === undefined || request.dryRun) {
      notes.push(missing);
      continue;
    }
    request.progress.show(`Installing ${agent.title}`);
    await installAgent(deps, agent, { way, signal: request.signal });
    request.progress.clear();
  }
}
