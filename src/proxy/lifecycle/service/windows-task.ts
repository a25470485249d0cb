// A task of the Windows Task Scheduler that runs from sign-in on, as its XML (task schema 1.2).
import { mark, serviceTitle, type ServiceSpec } from "./spec.ts";

export interface TaskUser {
  /** `DOMAIN\name` */
  readonly name: string;
}

/**
 * The environment is not in it, since a task has none of its own: the program gives itself what it needs. `conhost
 * --headless` keeps a console window from standing on the desktop.
 */
export function taskXml({ words, home }: ServiceSpec, { name }: TaskUser): string {
  const argumentText = ["--headless", ...words].map((word) => argument(word)).join(" ");
  return [
    '<?xml version="1.0" encoding="UTF-16"?>',
    `<!-- ${mark} -->`,
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    "  <RegistrationInfo>",
    `    <Description>${escaped(serviceTitle)}</Description>`,
    "  </RegistrationInfo>",
    "  <Triggers>",
    "    <LogonTrigger>",
    "      <Enabled>true</Enabled>",
    `      <UserId>${escaped(name)}</UserId>`,
    "    </LogonTrigger>",
    "  </Triggers>",
    "  <Principals>",
    '    <Principal id="Author">',
    `      <UserId>${escaped(name)}</UserId>`,
    "      <LogonType>InteractiveToken</LogonType>",
    "      <RunLevel>LeastPrivilege</RunLevel>",
    "    </Principal>",
    "  </Principals>",
    "  <Settings>",
    "    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>",
    "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>",
    "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
    "    <AllowHardTerminate>true</AllowHardTerminate>",
    "    <StartWhenAvailable>true</StartWhenAvailable>",
    "    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>",
    "    <Hidden>true</Hidden>",
    "    <RestartOnFailure>",
    "      <Interval>PT1M</Interval>",
    "      <Count>255</Count>",
    "    </RestartOnFailure>",
    "  </Settings>",
    '  <Actions Context="Author">',
    "    <Exec>",
    "      <Command>%SystemRoot%\\System32\\conhost.exe</Command>",
    `      <Arguments>${escaped(argumentText)}</Arguments>`,
    `      <WorkingDirectory>${escaped(home)}</WorkingDirectory>`,
    "    </Exec>",
    "  </Actions>",
    "</Task>",
    "",
  ].join("\r\n");
}

/** As programs take a command line apart again (CommandLineToArgvW): backslashes count only before a quote. */
export function argument(text: string): string {
  if (text !== "" && !/[\s"]/.test(text)) return text;
  return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
