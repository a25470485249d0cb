// `mortar desktop`, as data.
import type { Command, Group } from "../../cli/spec.ts";
import { generateFlags } from "./flags.ts";

const generateConfig: Command = {
  summary: "Write the files that put Claude Desktop on the workspace",
  description:
    "Writes databricks-claude-desktop.mobileconfig for macOS, .reg for Windows and .json for the app's own window into this folder. The app then asks the workspace's AI Gateway, with tokens of the credential helper, or by way of the proxy (--daemon). The same words give the same files, so that one that is installed again replaces itself.",
  flags: generateFlags,
  positionals: [],
  examples: [
    {
      run: "mortar desktop generate-config --profile PROD",
      does: "The three files, for machines that are like this one",
    },
    {
      run: "mortar desktop generate-config --profile PROD --for-pkg --output claude.mobileconfig",
      does: "For Macs that have the package",
    },
    { run: "mortar desktop generate-config --daemon --otel --dry-run", does: "See it by way of the proxy" },
  ],
  waiting: "Asking the workspace for its models",
  load: () => import("./generate-config.ts"),
};

export const desktopGroup: Group = {
  summary: "Claude Desktop on the workspace, on this machine or on a fleet",
  commands: { "generate-config": generateConfig },
};
