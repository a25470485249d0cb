// The profile that agents are on: its file, its address, and others of the same workspace.
import { isAccountHost, isLoopback, normaliseHost, requireSecure } from "../../auth/host.ts";
import { missingProfile, settingsSection } from "../../auth/config-file.ts";
import { profilesOfHost } from "../../auth/profiles-of-host.ts";
import { toMortarError } from "../../platform/errors.ts";
import { fail, pass, skip, warn, type Check, type Finding } from "../check.ts";
import { namesOf } from "../facts.ts";
import { databricksEnvironmentCheck } from "./environment.ts";

const file: Check = {
  id: "profile.file",
  group: "profile",
  title: "The file of profiles can be read",
  run: async ({ facts }) => {
    const { path, text } = await facts.configFile();
    if (text === undefined) return fail(`${path} is not there`, "mortar auth login --host https://YOUR-WORKSPACE");
    const names = namesOf(await facts.profiles());
    if (names.length === 0) return fail(`${path} has no profile`, "mortar auth login --host https://YOUR-WORKSPACE");
    return pass(`${path}: ${names.join(", ")}`);
  },
};

const chosen: Check = {
  id: "profile.address",
  group: "profile",
  title: "The profile that agents are on names a workspace",
  needs: ["profile.file"],
  run: async ({ facts }) => {
    const { path } = await facts.configFile();
    const profiles = await facts.profiles();
    const keys = facts.profile === settingsSection ? undefined : profiles.get(facts.profile);
    if (keys === undefined || keys.size === 0) {
      const { message, hint } = missingProfile(path, facts.profile, profiles);
      return fail(message, hint);
    }
    const text = keys.get("host") ?? "";
    const login = `mortar auth login ${facts.profile} --host https://YOUR-WORKSPACE`;
    if (text === "") return fail(`${facts.profile} has no host`, login);
    return addressFindings(text, login);
  },
};

function addressFindings(text: string, login: string): readonly Finding[] {
  try {
    const { host } = normaliseHost(text);
    requireSecure(host);
    if (isAccountHost(host)) {
      return [
        fail(
          `${host} is the account console, which has no models, notebooks and jobs`,
          `Give the address of a workspace: ${login}`,
        ),
      ];
    }
    const spelled = text.trim().replace(/\/$/, "");
    const rest = spelled.startsWith(host) ? spelled.slice(host.length) : "";
    if (rest !== "") {
      return [
        warn(
          `the host goes on behind its name (${rest.replace(/[^/?].*$/, "")}...): the Databricks CLI and SDKs may not take it`,
          `Leave ${host} alone in the file.`,
        ),
      ];
    }
    return [pass(host)];
  } catch (thrown) {
    const { message, hint } = toMortarError(thrown);
    return [fail(message, hint)];
  }
}

const twins: Check = {
  id: "profile.twins",
  group: "profile",
  title: "One profile for the workspace",
  needs: ["profile.address"],
  run: async ({ facts }) => {
    const host = await facts.host();
    if (host === undefined) return skip("the profile names no workspace");
    const names = profilesOfHost(await facts.configFile(), host.origin);
    if (names.length < 2) return pass(facts.profile);
    return warn(
      `${names.join(", ")} are all for ${host.origin}: tools that are told the host alone cannot choose`,
      `Name one each time (--profile ${facts.profile}), or take the others out with mortar auth logout NAME`,
    );
  },
};

export const profileChecks: readonly Check[] = [file, chosen, twins, databricksEnvironmentCheck];

const signIn: Check = {
  id: "identity.sign-in",
  group: "identity",
  title: "The sign-in works",
  needs: ["profile.address", "connectivity.workspace"],
  limitMs: 20_000,
  run: async ({ deps, facts }) => {
    const status = await facts.status();
    const { signedIn, user, authType, expiresAtMs, error } = status;
    if (!signedIn) {
      const isOver = /refresh token|expired|sign in/i.test(error?.message ?? "");
      const again = `mortar auth login --profile ${facts.profile}`;
      return fail(error?.message ?? "it does not", isOver ? again : (error?.hint ?? again));
    }
    const minutes = expiresAtMs === undefined ? undefined : Math.round((expiresAtMs - deps.clock.now()) / 60_000);
    const until = minutes === undefined ? "" : `, a token for ${minutes} more minutes, renewed when needed`;
    return pass(`${user ?? "somebody"} by ${authType ?? "?"}${until}`);
  },
};

const apps: Check = {
  id: "identity.kind",
  group: "identity",
  title: "A sign-in that everything takes",
  needs: ["identity.sign-in"],
  run: async ({ facts }) => {
    const { authType = "", host = "" } = await facts.status();
    // An emulated workspace knows no Apps.
    if (URL.canParse(host) && isLoopback(new URL(host))) return pass(`${authType}, on this machine`);
    if (authType !== "pat" && authType !== "basic") return pass(authType);
    return warn(
      `${facts.profile} signs in by ${authType === "pat" ? "a personal token" : "a password"}; Databricks Apps and their MCP servers refuse it, and it ends without being renewed`,
      `mortar auth login --profile ${facts.profile} --force`,
    );
  },
};

export const identityChecks: readonly Check[] = [signIn, apps];
