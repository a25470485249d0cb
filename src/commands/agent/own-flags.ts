// Our flags on the command line of an agent. Where the agent has one of that name, ours has only its longer name there.
import type { Flag, Flags } from "../../cli/spec.ts";

interface OwnFlag {
  /** The name where the agent has none like it. */
  readonly name: string;
  /** The name that is understood with every agent. */
  readonly always: string;
  readonly flag: Flag;
}

const own: readonly OwnFlag[] = [
  {
    name: "profile",
    always: "databricks-profile",
    flag: {
      kind: "profile",
      placeholder: "NAME",
      description: "Profile of ~/.databrickscfg to use; it is remembered for the next time",
    },
  },
  {
    name: "port",
    always: "proxy-port",
    flag: {
      kind: "integer",
      placeholder: "PORT",
      minimum: 1,
      maximum: 65_535,
      description: "Port for the proxy, where none runs yet",
    },
  },
  {
    name: "upstream",
    always: "proxy-upstream",
    flag: {
      kind: "url",
      placeholder: "URL",
      description: "Send this session's requests to another address than the profile's workspace",
    },
  },
  {
    name: "trust-upstream",
    always: "proxy-trust-upstream",
    flag: { kind: "switch", description: "Give --upstream the workspace's token, although it is another host" },
  },
  {
    name: "proxy-api-key",
    always: "proxy-api-key",
    flag: {
      kind: "string",
      placeholder: "KEY",
      env: "MORTAR_PROXY_API_KEY",
      description: "Key for the proxy in the place of a random one",
    },
  },
  {
    name: "tls-cert",
    always: "proxy-tls-cert",
    flag: {
      kind: "file",
      placeholder: "FILE",
      exists: true,
      extensions: ["pem", "crt", "cer"],
      description: "Certificate for the proxy, to reach it over TLS",
    },
  },
  {
    name: "tls-key",
    always: "proxy-tls-key",
    flag: {
      kind: "file",
      placeholder: "FILE",
      exists: true,
      extensions: ["pem", "key"],
      description: "Key of --tls-cert",
    },
  },
  {
    name: "log-file",
    always: "proxy-log-file",
    flag: { kind: "file", placeholder: "FILE", description: "Write the proxy's log there, without secrets" },
  },
  {
    name: "verbose",
    always: "proxy-verbose",
    flag: { kind: "switch", description: "Say what happens, on stderr and in the proxy's log" },
  },
  {
    name: "no-mcp",
    always: "no-databricks-tools",
    flag: { kind: "switch", description: "Start it without the tools of the workspace" },
  },
  {
    name: "read-only",
    always: "databricks-read-only",
    flag: { kind: "switch", description: "Give it only the tools that read" },
  },
  {
    name: "dry-run",
    always: "databricks-dry-run",
    flag: { kind: "switch", description: "Show what would be started, and start nothing" },
  },
  {
    name: "no-update-check",
    always: "no-update-check",
    flag: { kind: "switch", hidden: true, description: "Do not look for a newer version" },
  },
  {
    name: "help",
    always: "help",
    flag: { kind: "switch", short: "h", description: "Show this help, then the agent's" },
  },
];

/** Our flags for an agent that has flags of the names in `owned`. */
export function ownFlags(owned: readonly string[]): Flags {
  return Object.fromEntries(
    own.map(({ name, always, flag }) => {
      const isOwned = owned.includes(name);
      const aliases = isOwned || name === always ? {} : { aliases: [always] };
      return [isOwned ? always : name, { ...flag, ...aliases }];
    }),
  );
}

export interface OwnValues {
  readonly profile: string | undefined;
  readonly port: number | undefined;
  readonly upstream: string | undefined;
  readonly trustUpstream: boolean;
  readonly proxyApiKey: string | undefined;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly logFile: string | undefined;
  readonly verbose: boolean;
  readonly noMcp: boolean;
  readonly readOnly: boolean;
  readonly dryRun: boolean;
  readonly help: boolean;
}

/** What was given, under whichever name the agent leaves us. */
export function ownValues(flags: Readonly<Record<string, unknown>>): OwnValues {
  const given = (name: string): unknown => {
    const always = own.find((one) => one.name === name)?.always ?? name;
    return flags[always] ?? flags[name];
  };
  const text = (name: string): string | undefined => {
    const value = given(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const isOn = (name: string): boolean => given(name) === true;
  const port = given("port");
  return {
    profile: text("profile"),
    port: typeof port === "number" ? port : undefined,
    upstream: text("upstream"),
    trustUpstream: isOn("trust-upstream"),
    proxyApiKey: text("proxy-api-key"),
    tlsCert: text("tls-cert"),
    tlsKey: text("tls-key"),
    logFile: text("log-file"),
    verbose: isOn("verbose"),
    noMcp: isOn("no-mcp"),
    readOnly: isOn("read-only"),
    dryRun: isOn("dry-run"),
    help: isOn("help"),
  };
}
