// `mortar auth`, as data.
import type { Command, Group } from "../../cli/spec.ts";
import { envFlags, loginFlags, logoutFlags, profileArgument, profilesFlags, statusFlags, tokenFlags } from "./flags.ts";

const login: Command = {
  summary: "Sign in to a workspace with the browser",
  description:
    "Signs in to a workspace with the browser and keeps the sign-in: the refresh token in the system's keyring (a private file where there is none), " +
    "the host in a profile of ~/.databrickscfg. When a sign-in is there and the workspace takes it, nothing is opened. " +
    "Without a name, the profile that `mortar setup` made agents ready for is signed in again. " +
    "Over SSH, in WSL and in containers the address is printed, and the one that the browser ends at can be pasted back.",
  flags: loginFlags,
  positionals: [{ ...profileArgument, description: "Profile to sign in, or the host itself" }],
  examples: [
    { run: "mortar auth login --host https://dbc-1234.cloud.databricks.com", does: "Sign in and make a profile" },
    { run: "mortar auth login", does: "Sign in again to the workspace that agents are set up for" },
    { run: "mortar auth login dev", does: "Sign in to the host of the profile dev" },
    { run: "mortar auth login dev --no-browser", does: "Sign in from a machine without a browser" },
    { run: "mortar auth login dev --force", does: "Sign in again, as another user" },
  ],
  waiting: "Signing in",
  load: () => import("./login.ts"),
};

const logout: Command = {
  summary: "Forget a sign-in",
  description:
    "Forgets the sign-in that mortar keeps for a profile. The profile itself stays unless --delete is given; a token written in it, and a sign-in of the Databricks CLI, are not touched.",
  flags: logoutFlags,
  positionals: [profileArgument],
  examples: [
    { run: "mortar auth logout dev", does: "Forget the sign-in of the profile dev" },
    { run: "mortar auth logout dev --delete --yes", does: "Remove the profile too" },
  ],
  load: () => import("./logout.ts"),
};

const token: Command = {
  summary: "Print an access token",
  description:
    "Prints an access token of the profile, renewed when its end is near. The JSON form has the fields of `databricks auth token`; the text form is the token alone, as an API key helper wants it. " +
    "With DATABRICKS_CLI_PATH set to this program, the official SDKs take their tokens from it.",
  flags: tokenFlags,
  positionals: [profileArgument],
  examples: [
    { run: "mortar auth token dev", does: "Token, type and expiry as JSON" },
    { run: "mortar auth token dev --output text", does: "The bare token, for an apiKeyHelper" },
    { run: "mortar auth token --force-refresh", does: "A new token, whatever the old one says" },
  ],
  waiting: "Asking for a token",
  load: () => import("./token.ts"),
};

const status: Command = {
  summary: "Show who is signed in, where and how",
  description:
    "Resolves the configuration, signs in and asks the workspace who it is. Shows the host, the user, the way of signing in, when the token ends, and where each value comes from. Exits with 3 when not signed in.",
  flags: statusFlags,
  positionals: [profileArgument],
  examples: [
    { run: "mortar auth status", does: "The sign-in that a command without --profile uses" },
    { run: "mortar auth status dev --json", does: "The same for the profile dev, for a script" },
  ],
  waiting: "Asking the workspace",
  load: () => import("./status.ts"),
};

const profiles: Command = {
  summary: "List the profiles of ~/.databrickscfg",
  description: "Lists all profiles, and tries each one's sign-in (all at once, five seconds at most).",
  flags: profilesFlags,
  positionals: [],
  examples: [
    { run: "mortar auth profiles", does: "All profiles, and which of them work" },
    { run: "mortar auth profiles --skip-validate --json", does: "What the file says, without a request" },
  ],
  waiting: "Trying the sign-ins",
  load: () => import("./profiles.ts"),
};

const env: Command = {
  summary: "Print the sign-in as environment variables",
  description:
    "Prints DATABRICKS_HOST, DATABRICKS_TOKEN and DATABRICKS_AUTH_TYPE for a program that reads them. On a terminal the token is shown as ***: it is meant for eval, a pipe or a file.",
  flags: envFlags,
  positionals: [profileArgument],
  examples: [
    { run: 'eval "$(mortar auth env dev)"', does: "Set the variables in this shell" },
    { run: "mortar auth env dev --shell fish | source", does: "The same in fish" },
    { run: "mortar auth env dev --no-token", does: "Name the profile, give no token" },
  ],
  waiting: "Asking for a token",
  load: () => import("./env.ts"),
};

export const authGroup: Group = {
  summary: "Sign in to a workspace, and see how the sign-in stands",
  description:
    "Signs in to Databricks workspaces. Profiles are those of ~/.databrickscfg, shared with the Databricks CLI and SDKs; a sign-in made by the Databricks CLI is used as it is.",
  commands: { login, logout, token, status, profiles, env },
};
