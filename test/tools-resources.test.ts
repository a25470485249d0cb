// What was made and PDF files, through the binary: one record for sessions and single calls, and a browser that is not one.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { createMachine, type Machine } from "./support/binary.ts";
import { openSession, startWorkspace, type Session, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let session: Session;

beforeAll(async () => {
  machine = await createMachine();
  await installBrowser();
  workspace = await startWorkspace(machine);
  const words = [
    "--toolsets",
    "default,resources,documents,secrets,workspace,volumes",
    "--tools",
    "create_schema,create_volume",
  ];
  session = await openSession({ ...machine, env: { ...machine.env, PATH: bin() + machine.env["PATH"] } }, words);
});

afterAll(async () => {
  await session.close();
  await workspace.stop();
  await machine.dispose();
});

const bin = (): string => `${join(machine.home, "bin")}:`;

async function installBrowser(): Promise<void> {
  await mkdir(join(machine.home, "bin"));
  const script = `#!/bin/sh
for word; do case "$word" in --print-to-pdf=*) file=\${word#*=} ;; esac; url=$word; done
exec "${process.execPath}" -e 'const [file, url] = process.argv.slice(1); await Bun.write(file, "%PDF-" + await (await fetch(url)).text())' "$file" "$url"
`;
  for (const name of ["chrome-headless-shell", "chromium"]) {
    await writeFile(join(machine.home, "bin", name), script, { mode: 0o755 });
  }
}

async function done(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { isError, text, data } = await session.call(name, args);
  expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
  return data;
}

async function made(): Promise<unknown[]> {
  const { rows } = await done("list_made_resources", {});
  return (rows as unknown[][]).map(([type]) => type).toSorted();
}

test("what sessions and single calls make is in one record, and is deleted from it by the tools that delete it", async () => {
  expect(await made()).toEqual([]);
  await done("create_secret_scope", { scope: "team" });
  await done("create_workspace_folder", { path: "~/made" });
  await done("write_notebook", { notebook_path: "~/made/nb", content: "print(1)", language: "python" });
  const called = await machine.json(["tool", "call", "create_secret_scope", '{"scope": "other"}']);
  expect(called.ok).toBe(true);
  expect(await made()).toEqual(["notebook", "secret_scope", "secret_scope", "workspace_folder"]);

  expect(await done("delete_made_resource", { type: "secret_scope", id: "other" })).toMatchObject({
    outcome: "deleted",
  });
  expect(JSON.stringify((await done("list_secret_scopes", {}))["rows"])).not.toContain("other");
  // The folder takes its notebook along, out of the record as out of the workspace.
  const { rows } = await done("list_made_resources", { type: "workspace_folder" });
  const id = String((rows as unknown[][])[0]?.[1]);
  expect((await session.call("delete_made_resource", { type: "workspace_folder", id })).isError).toBe(true);
  expect(await made()).toHaveLength(3);
  await done("delete_made_resource", { type: "workspace_folder", id, with_contents: true });
  expect(await made()).toEqual(["secret_scope"]);
  await done("delete_secret_scope", { scope: "team" });
  expect(await made()).toEqual([]);
});

test.skipIf(process.platform === "win32")("a PDF is printed into a volume, and is in the record", async () => {
  await done("create_schema", { catalog: "main", schema: "papers" });
  await done("create_volume", { catalog: "main", schema: "papers", volume: "raw" });
  const path = "/Volumes/main/papers/raw/policy.pdf";
  expect(await done("create_pdf", { html: "<h1>Café</h1>", volume_path: path })).toMatchObject({ volume_path: path });
  expect(JSON.stringify(await done("read_volume_file", { volume_path: path }))).toContain("<h1>Café</h1>");
  expect((await session.call("create_pdf", { html: "<p>", volume_path: path })).text).toContain("is there already");
  expect(await made()).toEqual(["schema", "volume", "volume_file"]);
  await done("delete_made_resource", { type: "volume_file", id: path });
  const { outcome } = await done("delete_made_resource", { type: "schema", id: "main.papers", with_contents: true });
  expect([outcome, await made()]).toEqual(["deleted", []]);
});

test("a query's result is a Parquet file that others read", async () => {
  const file = join(machine.home, "numbers.parquet");
  const sql =
    "SELECT id, CAST(id AS DECIMAL(20,2)) AS price, DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 12:00:00' AS moment, concat('Grüße ', id) AS word FROM range(60000) ORDER BY id";
  expect(await done("export_query", { sql, file })).toMatchObject({ rows_written: 60_000 });
  const duck = await (await DuckDBInstance.create(":memory:")).connect();
  const sums =
    "SELECT CAST(count(*) AS INT), CAST(sum(price) AS VARCHAR), CAST(min(day) AS VARCHAR), max(word), CAST(typeof(any_value(moment)) AS VARCHAR)";
  const read = await duck.runAndReadAll(`${sums} FROM read_parquet('${file}')`);
  const [row] = read.getRowsJson();
  expect(row).toEqual([60_000, "1799970000.00", "2024-02-29", "Grüße 9999", "TIMESTAMP WITH TIME ZONE"]);
  duck.closeSync();
});
