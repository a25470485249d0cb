// `mortar proxy`, as data.
import type { Command, Group } from "../../cli/spec.ts";
import { installFlags, logsFlags, serveFlags, startFlags, stopFlags, uninstallFlags } from "./flags.ts";

const serve: Command = {
  summary: "Run the proxy here, until Ctrl-C",
  description:
    "Runs the proxy in this terminal. One that runs in the background makes way for it: its requests go on, and none is refused.",
  flags: serveFlags,
  positionals: [],
  examples: [
    { run: "mortar proxy serve --verbose", does: "Watch it at work; the log has a line for each request" },
    { run: "mortar proxy serve --tls-cert cert.pem --tls-key key.pem", does: "Speak TLS" },
  ],
  endsByItself: true,
  load: () => import("./serve.ts"),
};

const start: Command = {
  summary: "Start the proxy in the background",
  description:
    "Starts the proxy, if it does not run yet. Agents that are started with mortar do this by themselves. One that runs with other options is replaced: its requests go on, and none is refused.",
  flags: startFlags,
  positionals: [],
  examples: [
    { run: "mortar proxy start", does: "Have it there for agents that are not started with mortar" },
    {
      run: "mortar proxy start --idle-timeout 0 --profile PROD",
      does: "Keep it up; PROD where an agent names no profile",
    },
  ],
  waiting: "Starting the proxy",
  load: () => import("./start.ts"),
};

const stop: Command = {
  summary: "Stop the proxy",
  description: "Stops the proxy when the requests that run have ended, or after half a minute.",
  flags: stopFlags,
  positionals: [],
  examples: [
    { run: "mortar proxy stop", does: "Let its requests finish first" },
    { run: "mortar proxy stop --now", does: "End it at once, also one that hangs" },
  ],
  waiting: "Stopping the proxy",
  load: () => import("./stop.ts"),
};

const status: Command = {
  summary: "Show whether the proxy runs, where, and who uses it",
  description: "Shows the proxy and the sessions that use it. Exits with 1 when it does not run.",
  flags: {},
  positionals: [],
  examples: [{ run: "mortar proxy status --json", does: "Address and process for a script" }],
  load: () => import("./status.ts"),
};

const logs: Command = {
  summary: "Show the proxy's log",
  flags: logsFlags,
  positionals: [],
  examples: [{ run: "mortar proxy logs --follow", does: "Watch it" }],
  endsByItself: true,
  load: () => import("./logs.ts"),
};

const install: Command = {
  summary: "Run the proxy as a service, from sign-in on",
  description:
    "Hands the proxy to the system's service manager (systemd, launchd, the Task Scheduler), which starts it now and at each sign-in. It then never ends by itself. For programs that are always there, such as Claude Desktop.",
  flags: installFlags,
  positionals: [],
  examples: [
    { run: "mortar proxy install", does: "Install it, or install it again with other options" },
    { run: "mortar proxy install --dry-run", does: "See what would be written" },
  ],
  waiting: "Starting the service",
  load: () => import("./install.ts"),
};

const uninstall: Command = {
  summary: "Take the service back",
  description: "Stops the service and removes what mortar proxy install has written.",
  flags: uninstallFlags,
  positionals: [],
  examples: [{ run: "mortar proxy uninstall", does: "Agents go on to start the proxy when they need it" }],
  waiting: "Stopping the service",
  load: () => import("./uninstall.ts"),
};

export const proxyGroup: Group = {
  summary: "The proxy that carries coding agents to the workspace's models",
  commands: { serve, start, stop, status, logs, install, uninstall },
};
