// Pipelines of Python: both modules, streams, files, and what is refused by name.
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { findPython } from "../python.ts";
import { testDeps } from "../testing.ts";
import { startPipelineBench, type PipelineBench } from "./testing.ts";

const python = await findPython(testDeps(), AbortSignal.timeout(20_000));
const withPython = test.skipIf(python === undefined);

let bench: PipelineBench;
beforeAll(async () => {
  bench = await startPipelineBench();
});
afterAll(() => bench.dispose());

async function errorsOf(pipelineId: string): Promise<string> {
  return JSON.stringify(await bench.events(pipelineId, "level='ERROR'"));
}

withPython("runs both modules beside SQL, in the order of what they read", async () => {
  const id = await bench.make(
    {
      "last.sql": "CREATE OR REFRESH MATERIALIZED VIEW total AS SELECT sum(double) AS n FROM doubled;",
      "a.py": `
from pyspark import pipelines as dp
from pyspark.sql.functions import col

@dp.materialized_view(comment="twice")
def doubled():
    return spark.read.table("base").select((col("id") * int(spark.conf.get("factor"))).alias("double"))
`,
      "b.py": `
import dlt

@dlt.view
def numbers():
    return spark.range(5)

@dlt.table(name="base")
@dlt.expect_or_drop("big", "id > 1")
def anything():
    return dlt.read("numbers")
`,
    },
    { configuration: { factor: "2" } },
  );
  const { state } = await bench.update(id);
  expect(await errorsOf(id)).toBe("[]");
  expect(state).toBe("COMPLETED");
  expect(await bench.rows("SELECT * FROM main.etl.total")).toEqual([["18"]]);
  const quality = JSON.stringify((await bench.events(id)).map((event) => event["details"] as JsonObject));
  expect(quality).toContain('"dropped_records":2');
});

withPython("reads streams of tables and of files once", async () => {
  await bench.run("CREATE SCHEMA IF NOT EXISTS main.land");
  await bench.run("CREATE VOLUME IF NOT EXISTS main.land.files");
  const put = async (name: string, text: string): Promise<void> => {
    const { status } = await bench.it.call(`PUT /api/2.0/fs/files/Volumes/main/land/files/in/${name}`, { body: text });
    expect(status).toBe(204);
  };
  await put("1.json", '{"id": 1, "name": "a"}\n');
  const id = await bench.make({
    "files.sql": `CREATE OR REFRESH STREAMING TABLE sql_bronze AS
      SELECT id, name FROM STREAM read_files('/Volumes/main/land/files/in', format => 'json');
      CREATE OR REFRESH STREAMING TABLE with_files AS
      SELECT *, _metadata.file_name AS file, _metadata.file_path AS path FROM STREAM read_files('/Volumes/main/land/files/in', format => 'json');`,
    "files.py": `
import dlt
from pyspark.sql.functions import col

@dlt.table
def py_bronze():
    return (spark.readStream.format("cloudFiles").option("cloudFiles.format", "json")
        .option("cloudFiles.inferColumnTypes", "true").load("/Volumes/main/land/files/in"))

@dlt.table
def py_files():
    files = spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").load("/Volumes/main/land/files/in")
    return files.withColumn("file", col("_metadata.file_name"))

@dlt.table
def py_silver():
    return dlt.read_stream("py_bronze").select("id", "name")

dlt.create_streaming_table("both")

@dlt.append_flow(target="both")
def from_silver():
    return spark.readStream.table("py_silver")

@dlt.append_flow(target="both", name="more", once=True)
def more_rows():
    return spark.sql("SELECT CAST(99 AS BIGINT) AS id, 'once' AS name")
`,
  });
  expect((await bench.update(id)).state).toBe("COMPLETED");
  await put("2.json", '{"id": 2, "name": "b"}\n{"id": 3, "name": "c"}\n');
  await bench.update(id);
  await bench.update(id);
  expect(await errorsOf(id)).toBe("[]");
  const all = [["1"], ["2"], ["3"]];
  expect(await bench.rows("SELECT id FROM main.etl.sql_bronze ORDER BY id")).toEqual(all);
  expect(await bench.rows("SELECT id FROM main.etl.py_bronze ORDER BY id")).toEqual(all);
  expect(await bench.rows("SELECT * EXCEPT (path) FROM main.etl.with_files ORDER BY id")).toEqual([
    ["1", "a", null, "1.json"],
    ["2", "b", null, "2.json"],
    ["3", "c", null, "2.json"],
  ]);
  const [path] = await bench.rows("SELECT path FROM main.etl.with_files WHERE id = 1");
  expect(path).toEqual([expect.stringMatching(/\/Volumes\/main\/land\/files\/in\/1\.json$/)]);
  expect(await bench.rows("SELECT id, file FROM main.etl.py_files ORDER BY id")).toEqual([
    ["1", "1.json"],
    ["2", "2.json"],
    ["3", "2.json"],
  ]);
  expect(await bench.rows("SELECT id FROM main.etl.py_silver ORDER BY id")).toEqual(all);
  expect(await bench.rows("SELECT id FROM main.etl.both ORDER BY id")).toEqual([...all, ["99"]]);
});

withPython("says which flow failed and with what, and what it does not have", async () => {
  const failing = await bench.make({
    "fails.py": "import dlt\n\n@dlt.table\ndef broken():\n    return spark.range(1).select(1 / 0)\n",
  });
  expect((await bench.update(failing)).state).toBe("FAILED");
  expect(await errorsOf(failing)).toContain("ZeroDivisionError: division by zero");

  const circle = await bench.make({
    "circle.py": `
import dlt

@dlt.table
def one():
    return spark.sql("SELECT * FROM two")

@dlt.table
def two():
    return dlt.read("one")
`,
  });
  expect((await bench.update(circle)).state).toBe("FAILED");
  expect(await errorsOf(circle)).toContain("Circular dependencies");

  const unknown = await bench.make({ "unknown.py": "import dlt\ndlt.create_sink('x')\n" });
  expect((await bench.update(unknown)).state).toBe("FAILED");
  expect(await errorsOf(unknown)).toContain("dlt.create_sink is not in the emulator's pipelines");

  const missing = await bench.make({}, { libraries: [{ file: { path: "/Workspace/nowhere.py" } }] });
  expect((await bench.update(missing)).state).toBe("FAILED");
  expect(await errorsOf(missing)).toContain("'/Workspace/nowhere.py'");
});
