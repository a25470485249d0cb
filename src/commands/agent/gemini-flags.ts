// What Gemini CLI takes (0.61.0), as far as it matters here: for completion, and to find its commands.
import type { Flags } from "../../cli/spec.ts";
import { many, on, value } from "./wrapped-flags.ts";

export const geminiCommands = ["mcp", "extensions", "extension", "skills", "skill", "hooks", "hook", "gemma"];

export const geminiFlags: Flags = {
  model: value("Model", "MODEL", { short: "m", kind: "gemini-model" }),
  prompt: value("Answer this prompt and end", "TEXT", { short: "p" }),
  "prompt-interactive": value("Begin with this prompt", "TEXT", { short: "i" }),
  "output-format": value("Form of the answer", "FORM", { short: "o", choices: ["text", "json", "stream-json"] }),
  "approval-mode": value("What it may do without asking", "MODE", {
    choices: ["default", "auto_edit", "yolo", "plan"],
  }),
  yolo: on("Never ask", { short: "y" }),
  sandbox: on("Run in a sandbox", { short: "s" }),
  "skip-trust": on("Trust this folder for the session"),
  resume: value("Go on with a session: latest, or its number", "SESSION", { short: "r" }),
  "session-id": value("Id for the session", "UUID"),
  "session-file": value("Load a session from a file", "FILE", { kind: "file" }),
  "list-sessions": on("List the sessions of this folder"),
  "delete-session": value("Delete a session by its number", "N"),
  extensions: many("Extensions to use", "NAMES", { short: "e" }),
  "list-extensions": on("List the extensions", { short: "l" }),
  "include-directories": many("More folders", "FOLDER", { of: "folder" }),
  "allowed-tools": many("Tools that it may use without asking", "TOOLS"),
  "allowed-mcp-server-names": many("MCP servers that it may use", "NAMES"),
  policy: many("Policy files", "FILE", { of: "file" }),
  "admin-policy": many("More policy files", "FILE", { of: "file" }),
  worktree: on("Work in a new git worktree", { short: "w" }),
  acp: on("Serve the Agent Client Protocol"),
  "screen-reader": on("Output for screen readers"),
  debug: on("Debug mode", { short: "d" }),
  version: on("Show Gemini CLI's version", { short: "v" }),
};
