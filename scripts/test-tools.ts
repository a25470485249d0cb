// Fetches what the tests hold the binary against and nobody here wrote: real agents and judges from the npm registry,
// at pinned versions, into .tools/ (never into the repository), and python3 from the system's packages where it is missing.
import { mkdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

interface Tool {
  readonly name: string;
  /** `name@version` of the npm registry, or `name==version` of PyPI with all that it needs. */
  readonly packages: readonly string[];
  /** A file that is there when the install is whole. */
  readonly proof: string;
  /** Only with --all. */
  readonly everything?: boolean;
}

const root = join(import.meta.dir, "..");
const home = join(root, ".tools");
const platform = `${process.platform === "win32" ? "win32" : process.platform}-${process.arch}`;

export const tools: readonly Tool[] = [
  {
    name: "claude-code",
    packages: [`@anthropic-ai/claude-code-${platform}@2.1.329`],
    proof: `node_modules/@anthropic-ai/claude-code-${platform}/package.json`,
  },
  {
    name: "codex",
    packages: [`@openai/codex@0.169.0-${platform}`],
    proof: "node_modules/@openai/codex/package.json",
    everything: true,
  },
  {
    name: "gemini-cli",
    packages: ["@google/gemini-cli@0.61.0"],
    proof: "node_modules/@google/gemini-cli/bundle/gemini.js",
    everything: true,
  },
  {
    name: "opencode",
    packages: [`opencode-${platform.replace("win32", "windows")}@1.18.33`],
    proof: `node_modules/opencode-${platform.replace("win32", "windows")}/package.json`,
    everything: true,
  },
  {
    name: "copilot",
    packages: [`@github/copilot-${platform}@1.0.102`],
    proof: `node_modules/@github/copilot-${platform}/package.json`,
    everything: true,
  },
  {
    name: "inspector",
    packages: ["@modelcontextprotocol/inspector@2.12.0"],
    proof: "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js",
  },
  {
    name: "conformance",
    packages: ["@modelcontextprotocol/conformance@0.2.0-alpha.12"],
    proof: "node_modules/@modelcontextprotocol/conformance/dist/index.js",
  },
  {
    name: "databricks-sdk",
    packages: [
      "databricks-sdk==0.156.0",
      "certifi==2026.10.18",
      "cffi==2.1.1",
      "charset-normalizer==3.5.2",
      "cryptography==50.0.2",
      "google-auth==2.62.2",
      "idna==3.20",
      "protobuf==7.36.2",
      "pyasn1==0.6.5",
      "pyasn1-modules==0.4.2",
      "pycparser==3.12",
      "requests==2.34.2",
      "urllib3==2.8.0",
    ],
    proof: "databricks/sdk/__init__.py",
    everything: true,
  },
];

/** The folder that holds exactly these packages. */
export function toolFolderName({ name, packages }: Tool): string {
  const [first = ""] = packages;
  if (first.includes("==")) return `${name}-${first.split("==")[1] ?? ""}`;
  return `${name}-${packages.map((spec) => spec.slice(spec.lastIndexOf("@") + 1)).join("+")}`;
}

/** Programs of the system that tests run, with the Debian package that has them. */
const programs = [
  { program: "python3", package: "python3", needed: true },
  { program: "bash", package: "bash", needed: process.platform !== "win32" },
  { program: "zsh", package: "zsh", needed: process.platform !== "win32" },
  { program: "fish", package: "fish", needed: process.platform !== "win32" },
  { program: "chromium", package: "chromium", needed: false },
  { program: "bwrap", package: "bubblewrap", needed: false },
  { program: "socat", package: "socat", needed: false },
  { program: "postgres", package: "postgresql", needed: process.platform !== "win32" },
  { program: "mandoc", package: "mandoc", needed: false },
  { program: "minisign", package: "minisign", needed: false },
  { program: "shellcheck", package: "shellcheck", needed: false },
  { program: "openssl", package: "openssl", needed: process.platform !== "win32" },
  { program: "plistutil", package: "libplist-utils", needed: false },
  { program: "hivexregedit", package: "libwin-hivex-perl", needed: false },
  { program: "xmllint", package: "libxml2-utils", needed: false },
];

if (import.meta.main) {
  const everything = process.argv.includes("--all");
  await ensurePrograms();
  if (everything) await ensurePip();
  for (const tool of tools) if (everything || tool.everything !== true) await install(tool);
}

async function install(tool: Tool): Promise<void> {
  const folder = join(home, toolFolderName(tool));
  if (existsSync(join(folder, tool.proof))) return;
  console.log(`fetching ${tool.packages.join(" ")}`);
  const fresh = `${folder}.new${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  if (tool.packages[0]?.includes("==") === true) await installPython(tool, fresh);
  else await installNode(tool, fresh);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
  if (!existsSync(join(folder, tool.proof))) throw new Error(`${tool.name}: ${tool.proof} is not in what was fetched`);
}

async function installNode(tool: Tool, folder: string): Promise<void> {
  await Bun.write(join(folder, "package.json"), JSON.stringify({ name: `${tool.name}-for-tests`, private: true }));
  await must([process.execPath, "add", "--exact", "--ignore-scripts", ...tool.packages], folder);
}

/** Wheels alone, of exactly the versions named: nothing is built, so that no script of a package runs. */
async function installPython(tool: Tool, folder: string): Promise<void> {
  const options = ["--target", folder, "--only-binary", ":all:", "--no-deps", "--no-compile", "--no-input"];
  const quiet = ["--quiet", "--disable-pip-version-check", "--root-user-action", "ignore"];
  await must(["python3", "-m", "pip", "install", ...options, ...quiet, ...tool.packages], root);
}

/** Installs what is missing where that can be done here; without what is not needed, its tests are left out. */
async function ensurePrograms(): Promise<void> {
  const missing = programs.filter(({ program }) => Bun.which(program, { PATH: searched() }) === null);
  if (missing.length === 0) return;
  if (Bun.which("apt-get") !== null && process.getuid?.() === 0) {
    await must(["apt-get", "update", "-qq"], root);
    await must(["apt-get", "install", "-y", "-qq", ...missing.map((one) => one.package)], root);
    return;
  }
  for (const { program, needed } of missing) {
    if (needed) throw new Error(`${program} is missing: install it with the package manager of this system`);
    console.log(`${program} is missing: what it checks is not checked here`);
  }
}

/** Debian keeps the programs of Postgres in folders of their own. */
function searched(): string {
  const folders = [
    ...new Bun.Glob("usr/lib/postgresql/*/bin").scanSync({ cwd: "/", onlyFiles: false, absolute: true }),
  ];
  return [process.env["PATH"] ?? "", ...folders].join(delimiter);
}

async function ensurePip(): Promise<void> {
  const pip = Bun.spawn(["python3", "-m", "pip", "--version"], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  if ((await pip.exited) === 0) return;
  if (Bun.which("apt-get") === null || process.getuid?.() !== 0) {
    throw new Error("pip is missing: install it for python3 with the package manager of this system");
  }
  await must(["apt-get", "update", "-qq"], root);
  await must(["apt-get", "install", "-y", "-qq", "python3-pip"], root);
}

async function must(command: string[], cwd: string): Promise<void> {
  const child = Bun.spawn(command, { cwd, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed`);
}
