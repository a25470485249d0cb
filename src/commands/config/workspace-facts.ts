// Which workspace a command would use, how it would sign in there, and what sign-in mortar keeps for it.
import { loadConfig } from "../../auth/load.ts";
import type { AttributeSource, ResolvedConfig } from "../../auth/resolve.ts";
import { findLogin } from "../../auth/stored-login.ts";
import type { Login } from "../../auth/token-store.ts";
import { isoOf } from "../auth/words.ts";
import type { Fact, FactProvider } from "./facts.ts";

export const workspaceFacts: FactProvider = {
  key: "workspace",
  title: "Workspace",
  collect: async ({ deps, profile }) => {
    const config = await loadConfig(deps, profile === undefined ? {} : { profile });
    const login = await findLogin(deps, config);
    return [...configured(config), ...keptSignIn(login)];
  },
};

/** Profile and host always, and whatever else is set. */
function configured(config: ResolvedConfig): Fact[] {
  const shown = config.shown();
  const first = ["profile", "host"] as const;
  const leading = first.map((name): Fact => {
    const found = shown.find((one) => one.name === name);
    const note = name === "host" && found === undefined ? "none is set; mortar auth login sets one" : undefined;
    return { key: name, label: labelOf(name), value: found?.value, from: fromWords(found?.source), note };
  });
  const others = shown
    .filter(({ name }) => !first.some((one) => one === name))
    .map(({ name, value, source }): Fact => ({ key: name, label: labelOf(name), value, from: fromWords(source) }));
  return [...leading, ...others];
}

function keptSignIn(login: Login | undefined): Fact[] {
  if (login === undefined) return [];
  const keeper = { keyring: "the system's keyring", file: "a private file", none: "no refresh token" };
  return [
    { key: "signed_in_as", label: "signed in as", value: login.user ?? "somebody", from: "mortar auth login" },
    { key: "access_token", label: "access token", value: "***", from: "mortar auth login" },
    { key: "access_token_ends", label: "access token ends", value: isoOf(login.token.expiresAtMs) },
    { key: "refresh_token_in", label: "refresh token in", value: keeper[login.refreshIn] },
  ];
}

function labelOf(name: string): string {
  return name.replaceAll("_", " ");
}

function fromWords(source: AttributeSource | undefined): string | undefined {
  if (source === undefined) return undefined;
  const { kind, name } = source;
  if (kind === "option") return name === "" ? "an option" : name;
  if (kind === "host") return "the host's address";
  return kind === "metadata" ? "the host itself" : name;
}
