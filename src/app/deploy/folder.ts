// The files of the app's folder beside the parts: what is started, with which words and variables, and what npm installs.
import { agentDependencies, type AgentName } from "./agent-packages.ts";
import type { PartList } from "./parts.ts";
import { partListName, startScript, startScriptName } from "./start-script.ts";

export interface Variable {
  readonly name: string;
  readonly value: string;
}

export interface FolderWish {
  readonly agents: readonly AgentName[];
  readonly env: readonly Variable[];
  /** Words for `mortar app serve` beside `--behind-databricks-apps`. */
  readonly serveWords: readonly string[];
}

export interface TextFile {
  /** Below the app's folder. */
  readonly file: string;
  readonly text: string;
}

/** In the order in which they go up: what names the others comes after them. */
export function folderFiles(parts: PartList, wish: FolderWish): readonly TextFile[] {
  return [
    { file: startScriptName, text: startScript },
    { file: "package.json", text: packageJson(wish.agents) },
    { file: partListName, text: partList(parts) },
    { file: "app.yaml", text: appYaml(wish) },
  ];
}

export const folderFileNames: readonly string[] = [startScriptName, "package.json", partListName, "app.yaml"];

function partList({ sha256, sizeBytes, parts }: PartList): string {
  const listed = parts.map((part) => ({ file: part.file, sha256: part.sha256, size: part.sizeBytes }));
  return `${JSON.stringify({ sha256, size: sizeBytes, parts: listed }, undefined, 1)}\n`;
}

/** Without a script named `build` or `start`: the platform would run the first, and app.yaml says what is started. */
function packageJson(agents: readonly AgentName[]): string {
  const content = { name: "mortar-app", version: "1.0.0", private: true, dependencies: agentDependencies(agents) };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** https://docs.databricks.com/aws/en/dev-tools/databricks-apps/app-runtime: no shell reads the command. */
function appYaml({ env, serveWords }: FolderWish): string {
  const command = ["python3", startScriptName, "app", "serve", "--behind-databricks-apps", ...serveWords];
  const variables = env.map(({ name, value }) => `  - name: ${quoted(name)}\n    value: ${quoted(value)}\n`);
  return [
    "# Written by `mortar app deploy`, which writes it anew the next time.\n",
    `command: [${command.map(quoted).join(", ")}]\n`,
    ...(variables.length === 0 ? [] : ["env:\n", ...variables]),
  ].join("");
}

/** JSON's strings are YAML's, too. */
const quoted = (text: string): string => JSON.stringify(text);
