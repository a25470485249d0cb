// The filters by name, without what they do: for help, settings and `config show`.

export interface FilterEntry {
  readonly name: string;
  readonly summary: string;
  readonly byDefault: boolean;
}

/** In the order in which a request passes them. A test holds it against the filters themselves. */
export const filterList: readonly FilterEntry[] = [
  {
    name: "error-translator",
    summary: "Shows the workspace's errors in the agent's own shape, with their cause and what helps",
    byDefault: true,
  },
  {
    name: "model-names",
    summary: "Writes model names as the workspace has them, and takes Claude Code's [1m] marker off",
    byDefault: true,
  },
  {
    name: "web-tools",
    summary: "Searches the web and fetches pages for agents, where that is switched on",
    byDefault: true,
  },
  {
    name: "count-tokens",
    summary: "Answers the counting of tokens with an estimate where the workspace has none",
    byDefault: true,
  },
  {
    name: "learned-fields",
    summary: "Leaves out fields and betas that the workspace has refused, and sends the request again",
    byDefault: true,
  },
  {
    name: "otel-tables",
    summary: "Sends metrics, logs and traces each to its table in Unity Catalog",
    byDefault: true,
  },
  { name: "usage", summary: "Counts tokens by session, model and day, and keeps to the daily budget", byDefault: true },
];
