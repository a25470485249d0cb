// `mortar desktop`, as data.
import type { Command, Group } from "../../cli/spec.ts";
import { generateFlags, installFlags, trustFlags, uninstallFlags } from "./flags.ts";

const generateConfig: Command = {
  summary: "Write the files that put Claude Desktop on the workspace",
  description:
    "Writes databricks-claude-desktop.mobileconfig for macOS, .reg for Windows and .json for the app's own window into this folder. The app then asks the workspace's AI Gateway, with tokens of the credential helper, or by way of the proxy (--daemon). The same words give the same files, so that one that is installed again replaces itself.",
  flags: generateFlags,
  positionals: [],
  examples: [
    {
      run: "mortar desktop generate-config --profile PROD",
      does: "The three files, for machines that are like this one",
    },
    {
      run: "mortar desktop generate-config --profile PROD --for-pkg --output claude.mobileconfig",
      does: "For Macs that have the package",
    },
    { run: "mortar desktop generate-config --daemon --otel --dry-run", does: "See it by way of the proxy" },
  ],
  waiting: "Asking the workspace for its models",
  load: () => import("./generate-config.ts"),
};

const install: Command = {
  summary: "Put Claude Desktop of this machine on the workspace",
  description:
    "Writes an entry into the app's own library of configurations and chooses it. Other entries stay, what you change in ours stays too, and mortar desktop uninstall gives back what was there.",
  flags: installFlags,
  positionals: [],
  examples: [
    { run: "mortar desktop install --profile PROD", does: "The app gets its tokens from the credential helper" },
    { run: "mortar desktop install --daemon --otel", does: "By way of the proxy, with telemetry" },
    { run: "mortar desktop install --dry-run", does: "See what would be written" },
  ],
  waiting: "Asking the workspace for its models",
  load: () => import("./install.ts"),
};

const uninstall: Command = {
  summary: "Take that back",
  flags: uninstallFlags,
  positionals: [],
  examples: [{ run: "mortar desktop uninstall", does: "The app's library is as it was" }],
  load: () => import("./uninstall.ts"),
};

const status: Command = {
  summary: "Show what Claude Desktop goes by on this machine",
  description:
    "Shows who has set the app up (an administrator's policy wins over its own library), the workspace, the credential helper with the profile that it would take, and its last call.",
  flags: {},
  positionals: [],
  examples: [{ run: "mortar desktop status", does: "Policy, library, helper and log" }],
  load: () => import("./status.ts"),
};

const credentialHelper: Command = {
  summary: "Print a token for Claude Desktop, and nothing else",
  description:
    "What Claude Desktop runs, under the name databricks-claude-credential-helper, to which it can give no words. The profile is that of mortar desktop install, else an administrator's, else the default one. Where a sign-in has ended, a browser is opened if the app says that somebody is there. Each call leaves a line in a log, without the token.",
  flags: {},
  positionals: [],
  examples: [{ run: "mortar desktop credential-helper --profile PROD", does: "See whether it would work" }],
  load: () => import("./credential-helper.ts"),
};

const trust: Command = {
  summary: "Write a profile by which Macs trust a signing certificate",
  description:
    "Makes a configuration profile from a certificate that signed itself, for a fleet whose package is signed with a certificate of the company's own. Says when the certificate ends within 60 days.",
  flags: trustFlags,
  positionals: [],
  examples: [
    { run: "mortar desktop trust-profile --cert signing.pem", does: "Write databricks-claude-trust.mobileconfig" },
  ],
  load: () => import("./trust-profile.ts"),
};

export const desktopGroup: Group = {
  summary: "Claude Desktop on the workspace, on this machine or on a fleet",
  commands: {
    install,
    uninstall,
    status,
    "generate-config": generateConfig,
    "credential-helper": credentialHelper,
    "trust-profile": trust,
  },
};
