// Values of a workspace as people meet them: bash, zsh and fish on a terminal, against the emulator.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { createShellHome, hasShells, shellKinds, type ShellHome, type ShellKind } from "./shells/setup.ts";
import type { ShellTerminal } from "./shells/terminal.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

setDefaultTimeout(60_000);

const tab = "\t";

let machine: Machine;
let workspace: TestWorkspace;
let config: string;
let clusterId: string;
let jobId: string;

if (hasShells) {
  beforeAll(async () => {
    machine = await createMachine();
    workspace = await startWorkspace(machine);
    config = await Bun.file(join(machine.home, ".databrickscfg")).text();
    await made("create_cluster", { cluster_name: "Large one" });
    clusterId = await made("create_cluster", { cluster_name: "Small one" }, "cluster_id");
    const task = { task_key: "t", notebook_path: "/Shared/load" };
    jobId = await made("create_job", { name: "Nightly load", tasks: [task] }, "job_id");
    await made("write_notebook", { notebook_path: "~/etl/load", content: "print(1)", language: "PYTHON" });
    const { stdout } = await machine.run(["auth", "token", "--output", "text"], { printsToken: true });
    const run = sqlRunner(workspace.host, stdout.trim());
    await run("CREATE SCHEMA main.rides COMMENT 'Taxi rides'");
    await run("CREATE TABLE main.rides.trips (id INT)");
    await run("CREATE TABLE main.rides.stops (id INT)");
  });
  afterAll(async () => {
    await workspace?.stop();
    await machine?.dispose();
  });
}

async function made(tool: string, args: object, field = "status"): Promise<string> {
  const answer = await machine.json(["tool", "call", tool, JSON.stringify(args), "--yes"]);
  if (!answer.ok) throw new Error(`${tool}: ${answer.error?.message}`);
  return String(answer.data[field]);
}

function sqlRunner(host: string, token: string): (statement: string) => Promise<void> {
  const call = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${host}/api/2.0/sql/${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  return async (statement) => {
    const { warehouses } = (await call("warehouses")) as { warehouses: { id: string }[] };
    const body = { statement, warehouse_id: warehouses[0]?.id, wait_timeout: "50s" };
    const { status } = await call("statements", body);
    expect(status).toEqual({ state: "SUCCEEDED" });
  };
}

describe.each(shellKinds)("$name", (kind: ShellKind) => {
  let home: ShellHome;
  let shell: ShellTerminal;
  beforeAll(async () => {
    home = await createShellHome({ ".databrickscfg": config });
    shell = await home.open(kind);
  });
  afterAll(async () => {
    await shell.close();
    await home.dispose();
  });

  /** Types the keys as often as it takes: at the first TAB the workspace may not have answered in time. */
  const untilWords = async (keys: string, words: readonly string[]): Promise<void> => {
    let found: readonly string[] = [];
    do found = await shell.words(`mortar ${keys}`);
    while (found.at(-1) !== words.at(-1));
    expect(found).toEqual(["mortar", ...words]);
  };

  const argument = (tool: string, typed: string, whole: string): Promise<void> =>
    untilWords(`tool call ${tool} -a ${typed}${tab}X`, ["tool", "call", tool, "-a", ...whole.split(" ")]);

  test("completes a cluster, and shows its name", async () => {
    await argument("stop_cluster", `cluster_id=${clusterId.slice(0, -3)}`, `cluster_id=${clusterId} X`);
    expect(await shell.shown(`mortar tool call stop_cluster -a cluster_id=${tab}${tab}${tab}`)).toContain("Small one");
  });

  test("completes a job behind the name of the argument, and in the option's own word", async () => {
    await argument("run_job", `jo${tab}${jobId.slice(0, -2)}`, `job_id=${jobId} X`);
    const words = ["tool", "call", "run_job", `--arg=job_id=${jobId}`, "X"];
    await untilWords(`tool call run_job --arg=job_id=${jobId.slice(0, -2)}${tab}X`, words);
  });

  test("completes a table level by level", async () => {
    const flag = ["config", "otel", "ddl", "--metrics-table"];
    const typed = async (keys: string, ...words: string[]): Promise<void> =>
      untilWords(`${flag.join(" ")} ${keys}X`, [...flag, ...words]);
    await typed(`ma${tab}`, "main.X");
    await typed(`main.ri${tab}`, "main.rides.X");
    await typed(`main.rides.tr${tab}`, "main.rides.trips", "X");
    // From here on everything is known: one line, without waiting.
    const line = `mortar ${flag.join(" ")} ma${tab}ri${tab}st${tab}X`;
    expect(await shell.words(line)).toEqual(["mortar", ...flag, "main.rides.stops", "X"]);
    expect(await shell.shown(`mortar ${flag.join(" ")} main.${tab}${tab}`)).toContain("Taxi rides");
    const attached = `mortar config otel ddl --metrics-table=main.ri${tab}tr${tab}X`;
    expect((await shell.words(attached)).slice(-2)).toEqual(["--metrics-table=main.rides.trips", "X"]);
  });

  test("completes paths of the workspace, folder by folder", async () => {
    await argument("list_notebooks", "path=/Sha", "path=/Shared/X");
    // The shell's own ~ is another folder, so that what is completed keeps it from that.
    await argument("read_notebook", "notebook_path=~/e", "notebook_path=~/etl/X");
    await argument("read_notebook", "notebook_path=~/etl/l", "notebook_path=~/etl/load X");
  });

  test("completes models, all of them and those of an agent", async () => {
    await untilWords(`models pin opus system.ai.claude-opus-4${tab}X`, [
      "models",
      "pin",
      "opus",
      "system.ai.claude-opus-4-8",
      "X",
    ]);
    await untilWords(`gemini -m system.ai.gemini-4${tab}X`, ["gemini", "-m", "system.ai.gemini-4-pro", "X"]);
  });

  test("completes agents by their names", async () => {
    await untilWords(`mcp install --client antig${tab}X`, ["mcp", "install", "--client", "antigravity", "X"]);
    expect(await shell.shown(`mortar mcp install --client ${tab}${tab}`)).toContain("Claude Code");
  });
});
