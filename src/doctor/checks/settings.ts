// The agents' settings: understood, leading somewhere that answers, with helpers that are there.
import { existsSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { readTextIfPresent } from "../../platform/files.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { expandTilde } from "../../platform/paths.ts";
import { findProgram } from "../../platform/programs.ts";
import { isSame, valueAt } from "../../platform/edits/changes.ts";
import { readRecords, type EditRecord } from "../../platform/edits/record.ts";
import { readSettingsOnce } from "../../platform/settings.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { isLocal, urlsIn, type BaseUrl } from "../addresses.ts";
import { fail, orPass, pass, skip, warn, type Check, type CheckContext, type Finding } from "../check.ts";
import { readClaudeSettings, readSettingsFiles, takeOut, type Parsed } from "../settings-files.ts";
import { isOurHook } from "../../agents/hooks/command-line.ts";

const own: Check = {
  id: "configuration.own",
  group: "configuration",
  title: "mortar's own settings and records",
  run: async ({ deps }) => {
    const { trouble, file } = await readSettingsOnce(deps);
    const found: Finding[] = [];
    if (trouble !== undefined) found.push(fail(trouble, `Mend it as JSON, or move it away: ${file}`));
    await readRecords(deps).catch((thrown: unknown) => {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      found.push(fail(message, "Move it away: what mortar changed in agents' settings then stays as it is."));
    });
    const logins = join(deps.paths.data, "logins");
    for (const name of await readdir(logins).catch((): string[] => [])) {
      if (!name.endsWith(".json")) continue;
      const text = await readTextIfPresent(join(logins, name)).catch(() => "");
      if (text === undefined || isObject(tryJson(text))) continue;
      found.push(
        warn(
          `the sign-in in ${join(logins, name)} cannot be understood`,
          "Delete it, and sign in again: mortar auth login",
        ),
      );
    }
    return orPass(found, "they can be read");
  },
};

const readable: Check = {
  id: "configuration.files",
  group: "configuration",
  title: "Agents' settings can be understood",
  run: async ({ deps }) => {
    const files = await readSettingsFiles(deps);
    const found = files
      .filter(({ value }) => value === undefined)
      .map(({ title, file, line, unread }) => {
        if (unread !== undefined) return fail(`${title}: ${unread}`, `Make ${file} a file that you can read.`);
        const where = line === undefined ? file : `${file}, line ${line}`;
        return fail(
          `${title}: ${where} cannot be understood`,
          `Mend ${where} by hand: nothing of ours writes over it.`,
        );
      });
    return orPass(found, files.length === 0 ? "there are none yet" : `${files.length} files`);
  },
};

const helper: Check = {
  id: "configuration.helper",
  group: "configuration",
  title: "Claude Code's helper is there",
  run: async ({ deps }) => {
    const settings = await readClaudeSettings(deps);
    const line = settings?.value?.["apiKeyHelper"];
    if (settings === undefined || typeof line !== "string" || line.trim() === "") return pass("it has none");
    const program = firstWord(line);
    // A variable or an assignment is the shell's to understand.
    if (/[=$`(]/.test(program)) return [pass(`${program} is for the shell`), ...lifetime(settings)];
    const path = /[\\/]/.test(program) ? expandTilde(program, deps.paths) : findProgram(program, deps);
    if (path === undefined) {
      const seen = `apiKeyHelper starts ${program}, which is not on the PATH here`;
      return warn(seen, `Name it by its whole path in ${settings.file}`);
    }
    const dead = !isRunnable(path, deps.os);
    if (dead) {
      const fix = {
        title: `Take apiKeyHelper out of ${settings.file}`,
        safe: false,
        apply: () => takeOut(deps, settings, [["apiKeyHelper"]]),
      };
      return fail(
        `apiKeyHelper starts ${program}, which ${missing(path)}`,
        `Take it out of ${settings.file}, then: mortar setup claude`,
        fix,
      );
    }
    return [pass(`${program} is there`), ...lifetime(settings)];
  },
};

function missing(path: string): string {
  return existsSync(path) ? "cannot be run" : "is not there";
}

/** A token lasts an hour: a helper that is asked too seldom leaves an old one in use. */
function lifetime({ value, file }: Parsed): Finding[] {
  const env = isObject(value?.["env"]) ? value["env"] : {};
  const ttlMs = Number(env["CLAUDE_CODE_API_KEY_HELPER_TTL_MS"] ?? 0);
  const mostMs = 15 * 60_000;
  if (!Number.isFinite(ttlMs) || ttlMs <= mostMs) return [];
  return [
    warn(
      `a token is kept for ${Math.round(ttlMs / 60_000)} minutes: after a pause the first prompt is sent with one that has ended`,
      `Set CLAUDE_CODE_API_KEY_HELPER_TTL_MS to 900000 or less in ${file}`,
    ),
  ];
}

/** The program of a command line for a shell. */
export function firstWord(line: string): string {
  const match = /^\s*(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(line);
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? "";
}

function isRunnable(path: string, os: CheckContext["deps"]["os"]): boolean {
  if (!isAbsolute(path)) return true;
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined || facts.isDirectory()) return false;
  return os === "win32" || (facts.mode & 0o111) !== 0;
}

const hooks: Check = {
  id: "configuration.hook-program",
  group: "configuration",
  title: "Our hooks start a program that is there",
  run: async ({ deps }) => {
    const settings = await readClaudeSettings(deps);
    const lines = commandsIn(settings?.value?.["hooks"]).filter((line) => isOurHook(line));
    if (lines.length === 0) return skip("no hooks of ours are set up");
    const gone = [...new Set(lines.map(firstWord))].filter((path) => /[\\/]/.test(path) && !isRunnable(path, deps.os));
    return orPass(
      gone.map((path) => fail(`hooks start ${path}, which is not there`, "mortar setup claude writes them anew.")),
      "it is there",
    );
  },
};

function commandsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => commandsIn(one));
  if (!isObject(value)) return [];
  const line = value["command"];
  const below = Object.entries(value).flatMap(([key, one]) => (key === "command" ? [] : commandsIn(one)));
  return typeof line === "string" ? [line, ...below] : below;
}

const baseUrls: Check = {
  id: "configuration.base-urls",
  group: "configuration",
  title: "The addresses in agents' settings answer",
  run: async ({ deps, around, signal }) => {
    const urls = (await readSettingsFiles(deps)).flatMap((one) => urlsIn(one));
    const local = urls.filter(({ url }) => isLocal(url));
    const [proxy, records] = await Promise.all([findProxy(deps, signal), readRecords(deps).catch(() => [])]);
    const found = await Promise.all(
      local.map(async (one): Promise<Finding[]> => {
        const { at, path, also, url } = one;
        const port = Number(url.port === "" ? 80 : url.port);
        if (port === proxy?.record.port || (await around.listens(port, url.hostname, signal))) return [];
        // What we have written is kept up by hooks, which start the proxy when the agent needs it.
        if (isOnRecord(records, one)) return [];
        const apply = () => takeOut(deps, at, [path, ...also]);
        const fix = { title: `Take ${path.join(".")} out of ${at.file}`, safe: false, apply };
        const cure = `mortar setup, or take ${path.join(".")} out of ${at.file}`;
        return [
          fail(`${at.title} goes to ${url.origin}, where nobody answers (${path.join(".")} in ${at.file})`, cure, fix),
        ];
      }),
    );
    return orPass(found.flat(), local.length === 0 ? "none leads to this machine" : "somebody answers on each");
  },
};

function isOnRecord(records: readonly EditRecord[], { at, path, text }: BaseUrl): boolean {
  return records.some(
    ({ file, done }) =>
      file === at.file &&
      done.some(
        ({ change }) => change.kind === "set" && isSame(valueAt(change.value, path.slice(change.path.length)), text),
      ),
  );
}

const placeholder: Check = {
  id: "configuration.placeholder",
  group: "configuration",
  title: "No placeholder stands in the place of a key",
  run: async ({ deps }) => {
    const settings = await readClaudeSettings(deps);
    const env = isObject(settings?.value?.["env"]) ? settings.value["env"] : {};
    if (settings === undefined || env["ANTHROPIC_AUTH_TOKEN"] !== "proxy-managed") return pass("there is none");
    const paths = [
      ["env", "ANTHROPIC_AUTH_TOKEN"],
      ["env", "ANTHROPIC_BASE_URL"],
    ];
    const fix = {
      title: `Take ANTHROPIC_AUTH_TOKEN and ANTHROPIC_BASE_URL out of ${settings.file}`,
      safe: false,
      apply: () => takeOut(deps, settings, paths),
    };
    return fail(
      `ANTHROPIC_AUTH_TOKEN in ${settings.file} is what databricks-claude wrote there: our proxy does not take it`,
      "mortar setup claude",
      fix,
    );
  },
};

const onboarding: Check = {
  id: "configuration.onboarding",
  group: "configuration",
  title: "Claude Code starts without asking for a sign-in to Anthropic",
  run: async ({ deps }) => {
    const settings = await readClaudeSettings(deps);
    const env = isObject(settings?.value?.["env"]) ? settings.value["env"] : {};
    const isSetUp = env["ANTHROPIC_BASE_URL"] !== undefined || settings?.value?.["apiKeyHelper"] !== undefined;
    if (!isSetUp) return skip("Claude Code is not set up for a workspace");
    const state = (await readSettingsFiles(deps)).find(({ file }) => file.endsWith(".claude.json"));
    if (state !== undefined && state.value === undefined) return skip(`${state.file} cannot be understood`);
    if (state?.value?.["hasCompletedOnboarding"] === true) return pass("it has been through its first start");
    return warn(
      "hasCompletedOnboarding is not set: its first start asks for a sign-in to Anthropic",
      "mortar setup claude sets it",
    );
  },
};

const codexProfile: Check = {
  id: "configuration.codex-profile",
  group: "configuration",
  title: "Codex takes its configuration",
  run: async ({ deps }) => {
    const codex = (await readSettingsFiles(deps)).find(({ title, format }) => title === "Codex" && format === "toml");
    if (codex?.value === undefined) return skip("Codex has no configuration that can be read");
    const { value, file } = codex;
    const found: Finding[] = [];
    if (value["profile"] !== undefined) {
      const fix = {
        title: `Take profile out of ${file}`,
        safe: false,
        apply: () => takeOut(deps, codex, [["profile"]]),
      };
      found.push(
        fail(
          `${file} has profile at its root, which Codex refuses since 0.134`,
          `Take it out: profiles are files of their own, NAME.config.toml beside it`,
          fix,
        ),
      );
    }
    if (isObject(value["profiles"])) {
      found.push(
        warn(
          `${file} has [profiles.*], which Codex passes over since 0.134`,
          "Move each to a file of its own, NAME.config.toml",
        ),
      );
    }
    return orPass(found, file);
  },
};

const betas: Check = {
  id: "configuration.betas",
  group: "configuration",
  title: "Nothing that the workspace can do is switched off",
  run: async ({ deps }) => {
    const settings = await readClaudeSettings(deps);
    const env = isObject(settings?.value?.["env"]) ? settings.value["env"] : {};
    if (settings === undefined || env["CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS"] === undefined)
      return pass("nothing is");
    const name = "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS";
    const fix = {
      title: `Take ${name} out of ${settings.file}`,
      safe: false,
      apply: () => takeOut(deps, settings, [["env", name]]),
    };
    return warn(
      `${name} is set in ${settings.file}: long context, tool search and the one-hour cache are off; the AI Gateway takes them`,
      `Take it out of ${settings.file}; only the oldest path (/serving-endpoints) needs it`,
      fix,
    );
  },
};

export const settingsChecks: readonly Check[] = [
  own,
  readable,
  helper,
  hooks,
  baseUrls,
  placeholder,
  onboarding,
  codexProfile,
  betas,
];
