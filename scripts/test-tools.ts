// Fetches what the tests hold the binary against and nobody here wrote: real agents and judges from the npm registry,
// at pinned versions, into .tools/ (never into the repository), and python3 from the system's packages where it is missing.
import { mkdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";

interface Tool {
  readonly name: string;
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
    name: "inspector",
    packages: ["@modelcontextprotocol/inspector@2.12.0"],
    proof: "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js",
  },
];

/** Programs of the system that tests run, with the Debian package that has them. */
const programs = [
  { program: "python3", package: "python3", needed: true },
  { program: "bash", package: "bash", needed: process.platform !== "win32" },
  { program: "zsh", package: "zsh", needed: process.platform !== "win32" },
  { program: "fish", package: "fish", needed: process.platform !== "win32" },
  { program: "mandoc", package: "mandoc", needed: false },
  { program: "minisign", package: "minisign", needed: false },
  { program: "shellcheck", package: "shellcheck", needed: false },
];

if (import.meta.main) {
  for (const tool of tools) {
    if (tool.everything === true && !process.argv.includes("--all")) continue;
    await install(tool);
  }
  await ensurePrograms();
}

async function install(tool: Tool): Promise<void> {
  const version = tool.packages.map((spec) => spec.slice(spec.lastIndexOf("@") + 1)).join("+");
  const folder = join(home, `${tool.name}-${version}`);
  if (existsSync(join(folder, tool.proof))) return;
  console.log(`fetching ${tool.packages.join(" ")}`);
  const fresh = `${folder}.new${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await Bun.write(join(fresh, "package.json"), JSON.stringify({ name: `${tool.name}-for-tests`, private: true }));
  await must([process.execPath, "add", "--exact", "--ignore-scripts", ...tool.packages], fresh);
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
  if (!existsSync(join(folder, tool.proof))) throw new Error(`${tool.name}: ${tool.proof} is not in what was fetched`);
}

/** Installs what is missing where that can be done here; without what is not needed, its tests are left out. */
async function ensurePrograms(): Promise<void> {
  const missing = programs.filter(({ program }) => Bun.which(program) === null);
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

async function must(command: string[], cwd: string): Promise<void> {
  const child = Bun.spawn(command, { cwd, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed`);
}
