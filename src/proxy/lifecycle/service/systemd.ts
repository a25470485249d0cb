// A unit for the user's own systemd (systemd.service(5), systemd.syntax(7)).
import { mark, serviceTitle, type ServiceSpec } from "./spec.ts";

/** How long a stop may take, in seconds: requests that run may finish for 30. */
const stopSeconds = 45;

export function unitText({ words, env }: ServiceSpec): string {
  const [program, ...rest] = words;
  const command = isPlain(program) ? [quoted(program), ...rest.map((word) => argument(word))] : byShell(words);
  return [
    `# ${mark}`,
    "[Unit]",
    `Description=${serviceTitle}`,
    "",
    "[Service]",
    "Type=exec",
    `ExecStart=${command.join(" ")}`,
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

/** systemd takes no program whose path holds quotes or backslashes, however they are written. */
function isPlain(program: string): boolean {
  return !/["'\\]/.test(program);
}

/** The shell takes its place for the program, whose words it never reads as its own. */
function byShell(words: readonly string[]): string[] {
  return [quoted("/bin/sh"), quoted("-c"), argument('exec "$0" "$@"'), ...words.map((word) => argument(word))];
}

/** The program's own name is not searched for variables, its arguments are. */
function argument(word: string): string {
  return quoted(word).replaceAll("$", "$$$$");
}

/** In quotes, where backslash and quotes are escaped and % begins a specifier. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;
}
