// What the manual says beside the commands: exit codes, variables, files. A test holds the lists to the source.

export interface Fact {
  readonly name: string;
  readonly text: string;
}

export const exitCodes: readonly Fact[] = [
  { name: "0", text: "Done." },
  { name: "1", text: "Failed for a reason of its own, which the message says." },
  {
    name: "2",
    text: "Wrong usage: an unknown option or command, a value that does not fit, a configuration file in disorder.",
  },
  { name: "3", text: "Not signed in, or the sign-in was refused." },
  { name: "4", text: "Not permitted." },
  { name: "5", text: "Not found." },
  { name: "6", text: "The workspace could not be reached, did not answer in time, or asked to wait for too long." },
  { name: "7", text: "A check failed." },
  { name: "130", text: "Interrupted: Ctrl-C, or a request to end." },
];

/** Variables that no flag stands for. Those of flags are listed with them. */
export const variables: readonly Fact[] = [
  { name: "MORTAR_HOME", text: "One folder for all that mortar keeps: data, cache and running state." },
  {
    name: "MORTAR_TOKEN_STORAGE",
    text: "Where refresh tokens are kept: keyring or file. Unset, the keyring where there is one.",
  },
  { name: "XDG_DATA_HOME", text: "Base of the data folder, on Linux and macOS." },
  { name: "XDG_CACHE_HOME", text: "Base of the cache folder, on Linux and macOS." },
  {
    name: "CLAUDE_CONFIG_DIR, CODEX_HOME, COPILOT_HOME, GEMINI_CLI_HOME, OPENCODE_CONFIG, XDG_CONFIG_HOME",
    text: "Where agents keep their settings: the commands that start them read there what is set up already.",
  },
  {
    name: "MORTAR_MANAGED",
    text: "Set for an agent that mortar has started, so that hooks in its settings leave the proxy to that.",
  },
  { name: "DATABRICKS_CLI", text: "Path of the Databricks CLI, under the names of the programs before mortar." },
  { name: "NO_COLOR", text: "Set to anything, no colour is written." },
  { name: "TERM", text: "With dumb, neither colour nor a progress line is written." },
  { name: "BROWSER", text: "Program that opens the sign-in page; none opens no browser." },
  { name: "SHELL", text: "The shell that completion install writes for, unless one is named." },
  {
    name: "MORTAR_NO_UPDATE_CHECK, DATABRICKS_NO_UPDATE_CHECK",
    text: "Set to 1, mortar does not look for a newer version by itself.",
  },
  { name: "DATABRICKS_HOST", text: "Host of the workspace." },
  { name: "DATABRICKS_TOKEN", text: "Personal access token." },
  { name: "DATABRICKS_CONFIG_PROFILE", text: "Profile to use when --profile is not given." },
  {
    name: "DATABRICKS_AUTH_STORAGE",
    text: "With plaintext, the Databricks CLI keeps its sign-ins in a file, and needs no keyring.",
  },
  { name: "DATABRICKS_CONFIG_FILE", text: "The configuration file, in the place of ~/.databrickscfg." },
  { name: "DATABRICKS_CLI_PATH", text: "The Databricks CLI, where it is not on the PATH." },
  { name: "DATABRICKS_OAUTH_CALLBACK_PORT", text: "The one port to wait on for the browser's answer." },
  {
    name: "DATABRICKS_DISABLE_OAUTH_REFRESH_TOKEN",
    text: "Set to true, a sign-in asks for no refresh token and ends with its first token.",
  },
  {
    name: "HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
    text: "Proxy to reach the workspace through, and hosts that are reached without it.",
  },
];

export const variablesNote =
  "Every other variable of Databricks unified authentication (DATABRICKS_*, ARM_*, GOOGLE_*) means what it means to the Databricks CLI and SDKs. A flag wins over a variable, and a variable over ~/.databrickscfg.";

export const files: readonly Fact[] = [
  { name: "~/.databrickscfg", text: "Profiles, shared with the Databricks CLI and SDKs." },
  {
    name: "~/.local/share/mortar",
    text: "What mortar keeps: sign-ins where there is no keyring, the emulator's data. On macOS ~/Library/Application Support/mortar, on Windows %LOCALAPPDATA%\\mortar.",
  },
  { name: "~/.cache/mortar", text: "What can be made again. On macOS ~/Library/Caches/mortar." },
];

export const conventions: readonly string[] = [
  "The result goes to standard output, everything else to standard error.",
  '--json prints one object: {"ok": true, "data": ...}, or {"ok": false, "error": {"code", "message", "hint", "exit_code"}}. The codes of errors are stable.',
  "Options may stand before or after the arguments, as --name value, --name=value, -n value or -nvalue; -vq is -v -q. Given twice, the last counts, unless the option takes several values.",
  "After -- everything is an argument, whatever it looks like.",
  "Durations are written 90s, 10m, 1h30m, or as bare seconds.",
  "Questions are asked on a terminal only, and each can be answered by an option. Where nobody can be asked, the command ends with exit code 2 and names the option.",
  "Colour and progress are shown on a terminal only.",
];
