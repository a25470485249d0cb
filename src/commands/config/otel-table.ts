// `mortar config otel`, as data.
import type { Command, Group } from "../../cli/spec.ts";
import { otelDdlFlags, otelDisableFlags, otelEnableFlags } from "./otel-flags.ts";

const enable: Command = {
  summary: "Send an agent's telemetry to Unity Catalog",
  description:
    "Switches telemetry on for agents that are started from now on: metrics and logs, and traces where asked for, each to its own table of Unity Catalog, through the proxy. The tables have to be there: `mortar config otel ddl` prints the statements. A signal that was switched off before and is not named stays off.",
  flags: otelEnableFlags,
  positionals: [],
  examples: [
    { run: "mortar config otel enable", does: "Metrics and logs, to the usual tables" },
    {
      run: "mortar config otel enable --metrics-table main.ops.agents_otel_metrics --traces",
      does: "Everything, to tables of your own",
    },
  ],
  load: () => import("./otel-enable.ts"),
};

const disable: Command = {
  summary: "Stop sending telemetry",
  description:
    "Switches off the signals that are named, or all of them. They stay off until `mortar config otel enable`; their tables are remembered. What a running agent still sends is taken and thrown away.",
  flags: otelDisableFlags,
  positionals: [],
  examples: [
    { run: "mortar config otel disable", does: "Send nothing" },
    { run: "mortar config otel disable --traces", does: "Send no traces" },
  ],
  load: () => import("./otel-disable.ts"),
};

const ddl: Command = {
  summary: "Print the statements that make the tables",
  description:
    "Prints CREATE TABLE statements for the tables of metrics, logs and traces, as the workspace's telemetry wants them. Run them on a SQL warehouse, and grant MODIFY and SELECT on them to who uses the agents.",
  flags: otelDdlFlags,
  positionals: [],
  examples: [
    { run: "mortar config otel ddl", does: "The statements for the tables that are set, or the usual ones" },
    {
      run: "mortar config otel ddl --metrics-table main.ops.agents_otel_metrics > tables.sql",
      does: "For tables of your own",
    },
  ],
  load: () => import("./otel-ddl.ts"),
};

const show: Command = {
  summary: "Show which telemetry is sent where",
  flags: {},
  positionals: [],
  examples: [{ run: "mortar config otel show", does: "Each signal, whether it is on, and its table" }],
  load: () => import("./otel-show.ts"),
};

export const otelGroup: Group = {
  summary: "An agent's telemetry: metrics, logs and traces",
  commands: { enable, disable, show, ddl },
};
