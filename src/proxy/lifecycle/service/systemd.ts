// A unit for the user's own systemd (systemd.service(5), systemd.syntax(7)).
import { mark, serviceTitle, type ServiceSpec } from "./spec.ts";

/** How long a stop may take, in seconds: requests that run may finish for 30. */
const stopSeconds = 45;

export function unitText({ words, env }: ServiceSpec): string {
  const [program, ...rest] = words;
  // The program's own name is not searched for variables, its arguments are.
  const command = [quoted(program), ...rest.map((word) => quoted(word).replaceAll("$", "$$$$"))].join(" ");
  return [
    `# ${mark}`,
    "[Unit]",
    `Description=${serviceTitle}`,
    "",
    "[Service]",
    "Type=exec",
    `ExecStart=${command}`,
    ...Object.entries(env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    "WorkingDirectory=~",
    "UMask=0077",
    "Restart=on-failure",
    "RestartSec=2",
    `TimeoutStopSec=${stopSeconds}`,
    "",
    "[Install]",
    "WantedBy=default.target",
    "",
  ].join("\n");
}

/** In quotes, where backslash and quotes are escaped and % begins a specifier. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;
}
