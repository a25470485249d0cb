// All commands, as data. Bodies are loaded one by one, when they are called.
import type { Group } from "../cli/spec.ts";
import { claudeCommand, codexCommand, copilotCommand, geminiCommand, opencodeCommand } from "./agent/table.ts";
import { appGroup } from "./app/table.ts";
import { authGroup } from "./auth/table.ts";
import { completionGroup } from "./completion/table.ts";
import { configGroup } from "./config/table.ts";
import { desktopGroup } from "./desktop/table.ts";
import { doctorCommand } from "./doctor/table.ts";
import { emulatorGroup } from "./emulator/table.ts";
import { hooksGroup } from "./hooks/table.ts";
import { mcpGroup } from "./mcp/table.ts";
import { modelsGroup } from "./models/table.ts";
import { proxyGroup } from "./proxy/table.ts";
import { setupCommand } from "./setup/table.ts";
import { skillsGroup } from "./skills/table.ts";
import { statusCommand } from "./status/table.ts";
import { toolGroup } from "./tool/table.ts";
import { uninstallCommand } from "./uninstall/table.ts";
import { updateCommand } from "./update/table.ts";
import { versionCommand } from "./version/table.ts";

export const rootTable: Group = {
  summary: "A Databricks workspace in any coding agent",
  description:
    "mortar puts a Databricks workspace into any coding agent: its models through a local proxy, its tools over MCP, skills, and an emulated workspace to try it all on.",
  examples: [
    { run: "mortar emulator start --write-profile emulator", does: "Try it on a workspace of this machine" },
    { run: "mortar setup", does: "Make your agents ready for your own" },
    { run: "mortar claude", does: "Start Claude Code on its models, with its tools" },
    { run: "mortar mcp install --client claude", does: "Give its tools alone to Claude Code" },
  ],
  commands: {
    claude: claudeCommand,
    codex: codexCommand,
    gemini: geminiCommand,
    opencode: opencodeCommand,
    copilot: copilotCommand,
    setup: setupCommand,
    status: statusCommand,
    uninstall: uninstallCommand,
    doctor: doctorCommand,
    auth: authGroup,
    mcp: mcpGroup,
    tool: toolGroup,
    skills: skillsGroup,
    models: modelsGroup,
    app: appGroup,
    emulator: emulatorGroup,
    proxy: proxyGroup,
    hooks: hooksGroup,
    desktop: desktopGroup,
    config: configGroup,
    completion: completionGroup,
    update: updateCommand,
    version: versionCommand,
  },
};
