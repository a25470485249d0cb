// Every check, in the order in which it is shown.
import type { Check } from "./check.ts";
import { agentChecks } from "./checks/agents.ts";
import { connectivityChecks } from "./checks/connectivity.ts";
import { desktopChecks } from "./checks/desktop.ts";
import { environmentChecks } from "./checks/environment.ts";
import { gatewayChecks, modelChecks } from "./checks/gateway.ts";
import { tokenChecks } from "./checks/identity.ts";
import { machineChecks } from "./checks/machine.ts";
import { mcpChecks } from "./checks/mcp.ts";
import { olderChecks } from "./checks/older.ts";
import { placeChecks } from "./checks/place.ts";
import { identityChecks, profileChecks } from "./checks/profile.ts";
import { proxyChecks } from "./checks/proxy.ts";
import { secretChecks } from "./checks/secrets.ts";
import { settingsChecks } from "./checks/settings.ts";
import { completionChecks, skillChecks } from "./checks/skills.ts";
import { wayChecks } from "./checks/ways.ts";

export const checks: readonly Check[] = [
  ...machineChecks,
  ...secretChecks,
  ...placeChecks,
  ...agentChecks,
  ...environmentChecks,
  ...settingsChecks,
  ...wayChecks,
  ...desktopChecks,
  ...olderChecks,
  ...profileChecks,
  ...identityChecks,
  ...tokenChecks,
  ...connectivityChecks,
  ...gatewayChecks,
  ...proxyChecks,
  ...modelChecks,
  ...mcpChecks,
  ...skillChecks,
  ...completionChecks,
];
