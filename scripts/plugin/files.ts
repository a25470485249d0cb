// The plugins for coding agents, as files: made from skills/ and from what the commands for hooks and the MCP server are.
import { readSkillText } from "../../src/skills/frontmatter.ts";
import { skillTexts } from "../../src/skills/embedded.ts";
import { iconPng } from "./icon.ts";

export interface PluginFacts {
  readonly version: string;
  /** `https://github.com/OWNER/NAME`, where it is known. */
  readonly homepage: string | undefined;
}

/** Text, or the bytes of a picture, by path below the output folder, with slashes. */
export type PluginFiles = ReadonlyMap<string, string | Uint8Array>;

const description =
  "A Databricks workspace in the agent: notebooks, jobs, clusters, SQL, pipelines and Unity Catalog as tools, and skills that teach how work on Databricks is done. Needs the program mortar on the PATH.";
/** As in every configuration that this program writes. */
const serverName = "databricks";
const server = { command: "mortar", args: ["mcp", "serve"] };

/** The marketplaces of Claude Code and Codex, and the extension for Gemini CLI. The same sources give the same bytes. */
export async function pluginFiles(facts: PluginFacts): Promise<PluginFiles> {
  const texts = await skillTexts();
  return new Map([...claudeFiles(facts, texts), ...codexFiles(facts, texts), ...geminiFiles(facts, texts)]);
}

/** Every way in which a session can begin. */
const sessionStarts = "startup|resume|clear|compact";

type Texts = ReadonlyMap<string, string>;
type Entry = [path: string, content: string | Uint8Array];

/** code.claude.com, "Plugins reference" and "Plugin marketplaces". */
function claudeFiles(facts: PluginFacts, texts: Texts): readonly Entry[] {
  const hook = (event: "start" | "end", timeout: number, matcher?: string) => [
    {
      ...(matcher === undefined ? {} : { matcher }),
      hooks: [{ type: "command", command: `mortar hooks session-${event} --agent=claude --if-led`, timeout }],
    },
  ];
  const hooks = { SessionStart: hook("start", 15, sessionStarts), SessionEnd: hook("end", 5) };
  return [
    [
      "claude/.claude-plugin/marketplace.json",
      json({
        name: "mortar",
        owner: { name: "Mortar" },
        metadata: { description, version: facts.version },
        plugins: [{ name: "mortar", source: "./mortar", description, version: facts.version, category: "development" }],
      }),
    ],
    ["claude/mortar/.claude-plugin/plugin.json", json(manifest(facts))],
    ["claude/mortar/.claude-plugin/icon.png", iconPng()],
    ["claude/mortar/README.md", readme(claudeSteps)],
    ["claude/mortar/.mcp.json", json({ mcpServers: { [serverName]: server } })],
    ["claude/mortar/hooks/hooks.json", json({ description: "Starts the proxy where the session is led to it", hooks })],
    ...skills("claude/mortar/skills", texts, (name) => !isCommand(name)),
    ...commands(texts).map(({ name, about, body }): Entry => [
      `claude/mortar/commands/${name}.md`,
      `---\ndescription: ${JSON.stringify(about)}\n---\n\n${body}`,
    ]),
  ];
}

/** developers.openai.com, "Package your plugin". It has no commands of its own: those are skills there. */
function codexFiles(facts: PluginFacts, texts: Texts): readonly Entry[] {
  return [
    [
      "codex/.agents/plugins/marketplace.json",
      json({
        name: "mortar",
        interface: { displayName: "Mortar" },
        plugins: [
          {
            name: "mortar",
            source: { source: "local", path: "./plugins/mortar" },
            policy: { installation: "AVAILABLE", authentication: "ON_INSTALL" },
            category: "Developer Tools",
          },
        ],
      }),
    ],
    [
      "codex/plugins/mortar/.codex-plugin/plugin.json",
      json({ ...manifest(facts), skills: "./skills/", mcpServers: "./.mcp.json" }),
    ],
    ["codex/plugins/mortar/README.md", readme(codexSteps)],
    ["codex/plugins/mortar/.mcp.json", json({ mcpServers: { [serverName]: server } })],
    ...skills("codex/plugins/mortar/skills", texts, () => true),
  ];
}

/** geminicli.com, "Extension reference". */
function geminiFiles({ version }: PluginFacts, texts: Texts): readonly Entry[] {
  return [
    [
      "gemini/mortar/gemini-extension.json",
      json({ name: "mortar", version, description, mcpServers: { [serverName]: server } }),
    ],
    ["gemini/mortar/README.md", readme(geminiSteps)],
    ...skills("gemini/mortar/skills", texts, (name) => !isCommand(name)),
    ...commands(texts).map(({ name, about, body }): Entry => [
      `gemini/mortar/commands/mortar/${name}.toml`,
      `description = ${JSON.stringify(about)}\nprompt = ${tomlText(body)}\n`,
    ]),
  ];
}

const claudeSteps = ["claude plugin marketplace add FOLDER", "claude plugin install mortar@mortar"];
const codexSteps = ["codex plugin marketplace add FOLDER", "codex plugin add mortar@mortar"];
const geminiSteps = ["gemini extensions install FOLDER"];

function readme(steps: readonly string[]): string {
  return `# Mortar

Puts a Databricks workspace into the agent: its notebooks, jobs, clusters, SQL, pipelines and Unity Catalog as tools of an
MCP server, and skills that teach how work on Databricks is done. The tools are served by the program \`mortar\`, which has to
be on the PATH; nothing leaves the machine except to your own workspace.

Sign in once, then install it:

\`\`\`sh
${["mortar auth login --host https://NAME.cloud.databricks.com", ...steps].join("\n")}
\`\`\`

Which of the workspace's models the agent uses is not decided here: \`mortar claude\`, \`mortar codex\` and
\`mortar gemini\`, do that.
`;
}

function manifest({ version, homepage }: PluginFacts): Readonly<Record<string, unknown>> {
  return {
    name: "mortar",
    version,
    description,
    author: { name: "Mortar" },
    license: "MIT",
    keywords: ["databricks", "mcp", "unity-catalog", "notebooks", "jobs"],
    ...(homepage === undefined ? {} : { homepage, repository: homepage }),
  };
}

/** Skills about Mortar itself are what people ask for by name. */
function isCommand(skill: string): boolean {
  return skill.startsWith("mortar-");
}

function skills(folder: string, texts: Texts, wants: (name: string) => boolean): readonly Entry[] {
  return [...texts]
    .filter(([path]) => wants(path.slice(0, path.indexOf("/"))))
    .map(([path, text]): Entry => [`${folder}/${path}`, text]);
}

function commands(texts: Texts): readonly { readonly name: string; readonly about: string; readonly body: string }[] {
  return [...texts].flatMap(([path, text]) => {
    const name = /^mortar-([\w-]+)\/SKILL\.md$/.exec(path)?.[1];
    if (name === undefined) return [];
    const { head, body } = readSkillText(text, `mortar-${name}`);
    return [{ name, about: head.description, body: `${body.trim()}\n` }];
  });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** TOML's basic strings have JSON's escapes; DEL alone is not allowed in them. */
function tomlText(text: string): string {
  return JSON.stringify(text).replaceAll("\u007F", "\\u007F");
}
