// The main job, on real parts: an emulated workspace, a sign-in by OAuth, and a real MCP client that writes a notebook,
// runs it, mends the cell that fails, and runs a job of two tasks. Everything goes through dist/mortar.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

type Data = Record<string, unknown>;

const root = join(import.meta.dir, "..");
const binary = join(root, "dist", process.platform === "win32" ? "mortar.exe" : "mortar");
const home = await mkdtemp(join(tmpdir(), "mortar-demo-"));
const env: Record<string, string> = {
  HOME: home,
  USERPROFILE: home,
  MORTAR_HOME: join(home, "mortar"),
  PATH: process.env["PATH"] ?? "",
  LANG: "C.UTF-8",
  NO_PROXY: "127.0.0.1,localhost,::1",
};
const notebook = "~/first-light";
const hasPython = await pythonRuns();

const pythonNotebook = {
  language: "PYTHON",
  content: [
    "# Databricks notebook source",
    "numbers = [3, 1, 4, 1, 5]",
    "print('the sum is', sum(numbers))",
    "print('the mean is', sum(numbers) / count)",
    "",
    "# COMMAND ----------",
    "",
    "# MAGIC %sql",
    "# MAGIC SELECT id, id * id AS square FROM range(1, 5)",
    "",
    "# COMMAND ----------",
    "",
    "# MAGIC %md",
    "# MAGIC A sum, a mean and some squares.",
    "",
  ].join("\n"),
  mended:
    "numbers = [3, 1, 4, 1, 5]\nprint('the sum is', sum(numbers))\nprint('the mean is', sum(numbers) / len(numbers))",
};

const sqlNotebook = {
  language: "SQL",
  content: [
    "-- Databricks notebook source",
    "SELECT 1 / 0 AS wrong",
    "",
    "-- COMMAND ----------",
    "",
    "SELECT id, id * id AS square FROM range(1, 5)",
    "",
    "-- COMMAND ----------",
    "",
    "-- MAGIC %md",
    "-- MAGIC Some squares.",
    "",
  ].join("\n"),
  mended: "SELECT 1 / 2 AS half",
};

say("A workspace on this machine");
const data = ["--data", join(home, "workspace")];
const emulator = await mortar(["emulator", "start", "--port", "0", ...data]);
const client = new Client({ name: "demo", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
try {
  tell(`The emulator answers at ${text(emulator, "host")}.`);
  await signIn();
  const server = new StdioClientTransport({ command: binary, args: ["mcp", "serve"], env, stderr: "inherit" });
  await client.connect(server);
  const { tools } = await client.listTools();
  tell(`mortar mcp serve speaks MCP ${client.getNegotiatedProtocolVersion() ?? ""} and lists ${tools.length} tools.`);
  await runNotebook();
  await runJob();
  say("Done");
  tell("A real MCP client drove the compiled binary; the cells ran for real.");
} finally {
  await client.close();
  await mortar(["emulator", "stop", ...data]);
  await rm(home, { recursive: true, force: true });
}

/** A python3 on the PATH may be a launcher that finds none, so it is asked. */
async function pythonRuns(): Promise<boolean> {
  if (Bun.which("python3") === null) return false;
  const check = ["python3", "-c", "import sys; sys.exit(sys.version_info < (3, 8))"];
  return (await Bun.spawn(check, { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).exited) === 0;
}

async function signIn(): Promise<void> {
  say("Sign in by OAuth");
  const browser = process.platform === "win32" ? "none" : join(root, "scripts", "demo-browser");
  const login = await mortar(["auth", "login", "--host", text(emulator, "host")], {
    BROWSER: browser,
    DEMO_SIGN_IN_CODE: text(emulator, "sign_in_code"),
  });
  tell(`Signed in as ${text(login, "user")} (authorization code with PKCE).`);
}

async function runNotebook(): Promise<void> {
  say("Write a notebook with three cells, one of them wrong");
  const code = hasPython ? pythonNotebook : sqlNotebook;
  if (!hasPython) {
    tell(
      "No python3 (3.8 or newer) runs on this machine, so the notebook has SQL cells instead of Python. Install python3 to see both.",
    );
  }
  await call("write_notebook", {
    notebook_path: notebook,
    content: code.content,
    language: code.language,
    overwrite: true,
  });
  const read = await call("read_notebook", { notebook_path: notebook });
  tell(`The workspace has ${String(read["total_cells"])} cells.`);

  say("Run it");
  const first = await runAndWait();
  const failing = cells(first).find((cell) => cell["state"] === "error");
  if (failing === undefined) throw new Error("the wrong cell did not fail");
  printCells(first);
  tell(`Cell ${String(failing["index"])} failed.`);

  say("Mend that cell only, and run again");
  await call("update_notebook_cell", {
    notebook_path: notebook,
    cell_index: failing["index"],
    new_content: code.mended,
  });
  const second = await runAndWait();
  printCells(second);
  if (cells(second).some((cell) => cell["state"] === "error")) throw new Error("a cell still fails");
}

async function runAndWait(): Promise<Data> {
  const { run_id } = await call("run_notebook", { notebook_path: notebook });
  return call("wait_for_run", { run_id, poll_interval_seconds: 1 });
}

async function runJob(): Promise<void> {
  say("A job of two tasks, the second waiting for the first");
  const job = await call("create_job", {
    name: "first light",
    tasks: [
      { task_key: "prepare", notebook_path: notebook },
      { task_key: "report", notebook_path: notebook, depends_on: ["prepare"] },
    ],
  });
  const { run_id } = await call("run_job", { job_id: job["job_id"] });
  await call("wait_for_run", { run_id, poll_interval_seconds: 1 });
  const status = await call("get_job_run_status", { run_id });
  for (const task of status["tasks"] as Data[]) tell(`${String(task["task_key"])}: ${String(task["result_state"])}`);
  if (status["result_state"] !== "SUCCESS") throw new Error("the job did not succeed");
}

async function call(name: string, args: Data): Promise<Data> {
  const result = await client.callTool({ name, arguments: args });
  if (result.isError === true) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
  return result.structuredContent as Data;
}

function cells(run: Data): Data[] {
  const tasks = run["tasks"] as Data[];
  return tasks.flatMap((task) => task["cells"] as Data[]);
}

function printCells(run: Data): void {
  for (const cell of cells(run)) {
    const state = String(cell["state"]).replace("_", " ");
    tell(`Cell ${String(cell["index"])} (${String(cell["language"])}, ${state})`);
    for (const line of shownLines(cell)) tell(`    ${line}`);
  }
}

/** What a cell printed, its table, and its error: as the tool gave them. */
function shownLines(cell: Data): string[] {
  const lines = (value: unknown): string[] => (typeof value === "string" ? value.trimEnd().split("\n") : []);
  const rows = Array.isArray(cell["rows"]) ? (cell["rows"] as unknown[][]) : [];
  const table = Array.isArray(cell["columns"])
    ? [cell["columns"] as unknown[], ...rows].map((row) => row.join("  "))
    : [];
  return [...lines(cell["output"]), ...table, ...lines(cell["error"])];
}

/** Runs a command of the binary with --json and gives its data. */
async function mortar(words: string[], extra: Record<string, string> = {}): Promise<Data> {
  const child = Bun.spawn([binary, ...words, "--json"], {
    env: { ...env, ...extra },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`mortar ${words.join(" ")}: ${output}`);
  return (JSON.parse(output) as { data: Data }).data;
}

function text(data: Data, name: string): string {
  const value = data[name];
  if (typeof value !== "string") throw new Error(`no ${name} in ${JSON.stringify(Object.keys(data))}`);
  return value;
}

function say(headline: string): void {
  console.log(`\n== ${headline}`);
}

function tell(line: string): void {
  console.log(`   ${line}`);
}
