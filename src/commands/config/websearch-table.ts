// `mortar config websearch`, as data.
import type { Command, Group } from "../../cli/spec.ts";
import { websearchDisableFlags, websearchEnableFlags } from "./websearch-flags.ts";

const enable: Command = {
  summary: "Let the proxy search the web and fetch pages for agents",
  description:
    "Workspaces do not offer Anthropic's server tools web_search and web_fetch. With this the proxy runs them here: the model calls them, sees the results in the same turn, and goes on. Searching is done by a GPT model of the workspace, by Brave Search, by a SearXNG server, or by DuckDuckGo; pages are fetched from this machine, from public addresses alone, as each site's robots.txt asks. What is not named stays as it was. A running proxy follows at once.",
  flags: websearchEnableFlags,
  positionals: [],
  examples: [
    { run: "mortar config websearch enable", does: "Search by the workspace's newest GPT model" },
    {
      run: "mortar config websearch enable --backend brave --brave-key-stdin < key.txt",
      does: "Search by Brave, with the key in the keyring",
    },
    {
      run: "mortar config websearch enable --backend searxng --searxng-url https://search.example.com",
      does: "Search by a server of your own",
    },
  ],
  load: () => import("./websearch-enable.ts"),
};

const disable: Command = {
  summary: "Leave web search and fetch to the workspace",
  description: "The other settings stay, so that `mortar config websearch enable` brings them back.",
  flags: websearchDisableFlags,
  positionals: [],
  examples: [{ run: "mortar config websearch disable", does: "Search and fetch nothing" }],
  load: () => import("./websearch-disable.ts"),
};

const show: Command = {
  summary: "Show whether and how the proxy searches",
  flags: {},
  positionals: [],
  examples: [{ run: "mortar config websearch show", does: "The back end, its key or address, the budget" }],
  load: () => import("./websearch-show.ts"),
};

export const websearchGroup: Group = {
  summary: "Web search and fetch for agents, run by the proxy",
  commands: { enable, disable, show },
};
