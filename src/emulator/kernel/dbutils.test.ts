import { expect, setDefaultTimeout, test } from "bun:test";
import { scopesOf } from "../secrets/scopes.ts";
import { createTestKernel } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

test("widgets: defaults, choices, getAll, getArgument, remove", async () => {
  await using kernel = await createTestKernel({ widgets: { given: "g" } });
  await kernel.text(
    "dbutils.widgets.text('t', 'a', 'Label')\ndbutils.widgets.combobox('c', 'own', ['x'])\ndbutils.widgets.multiselect('m', 'x,y', ['x', 'y'])\ndbutils.widgets.text('given', 'default')",
  );
  expect(await kernel.text("sorted(dbutils.widgets.getAll().items())")).toBe(
    "[('c', 'own'), ('given', 'g'), ('m', 'x,y'), ('t', 'a')]\n",
  );
  expect(await kernel.text("dbutils.widgets.getArgument('none', 'fallback'), getArgument('t')")).toBe(
    "('fallback', 'a')\n",
  );
  expect(await kernel.failure("dbutils.widgets.get('none')")).toBe(
    "InputWidgetNotDefined: No input widget named none is defined",
  );
  expect(await kernel.failure("dbutils.widgets.dropdown('d', 'z', ['x'])")).toContain(
    "'z' of the widget d is not one of its choices",
  );
  expect(await kernel.failure("dbutils.widgets.text('n', 1)")).toBe(
    "TypeError: dbutils.widgets.text takes text, got 1",
  );
  await kernel.text("dbutils.widgets.remove('t')");
  expect(await kernel.failure("dbutils.widgets.get('t')")).toContain("InputWidgetNotDefined");
  await kernel.text("dbutils.widgets.removeAll()");
  expect(await kernel.text("dbutils.widgets.getAll()")).toBe("{}\n");
});

test("restartPython loses the state without an error, and keeps the widgets", async () => {
  await using kernel = await createTestKernel();
  await kernel.text("x = 1\ndbutils.widgets.text('w', 'kept')");
  expect(await kernel.text("dbutils.library.restartPython()\nprint('never')")).toBe("");
  expect(await kernel.failure("x")).toBe("NameError: name 'x' is not defined");
  expect(await kernel.text("dbutils.widgets.get('w')")).toBe("'kept'\n");
});

test("what the emulator lacks is refused by name", async () => {
  await using kernel = await createTestKernel();
  expect(await kernel.failure("dbutils.credentials.x")).toBe(
    "UnsupportedName: dbutils.credentials is not in the emulator",
  );
  expect(await kernel.failure("dbutils.notebook.entry_point")).toBe(
    "UnsupportedName: dbutils.notebook.entry_point is not in the emulator",
  );
  expect(await kernel.text("hasattr(dbutils, 'credentials')")).toBe("False\n");
  expect(await kernel.failure("sc.parallelize([1])")).toBe(
    "UnsupportedName: sc.parallelize is not in the emulator's subset of Spark",
  );
});

test("secrets are read, and no output shows them", async () => {
  await using kernel = await createTestKernel();
  scopesOf(kernel.world).put("team", {
    name: "team",
    acls: {},
    secrets: { k: { value: Buffer.from("s3cret!").toString("base64"), updatedAt: 1 } },
  });
  expect(await kernel.text("v = dbutils.secrets.get('team', 'k')\nlen(v), v[0], dbutils.secrets.list('team')")).toBe(
    "(7, 's', [SecretMetadata(key='k')])\n",
  );
  expect(await kernel.text("print('s3c', end='', flush=True)\nprint('ret! and', v)")).toBe(
    "[REDACTED] and [REDACTED]\n",
  );
  expect(await kernel.text("dbutils.secrets.getBytes(scope='team', key='k') == b's3cret!'")).toBe("True\n");
  expect(await kernel.failure("dbutils.secrets.get('team', 'none')")).toContain("RESOURCE_DOES_NOT_EXIST");
  expect(await kernel.failure("dbutils.secrets.list('none')")).toContain("Scope none does not exist");
});

test("help says what is there", async () => {
  await using kernel = await createTestKernel();
  expect(await kernel.text("dbutils.help()")).toContain("widgets");
  expect(await kernel.text("dbutils.widgets.help()")).toContain("multiselect");
  expect(await kernel.text("dbutils.fs.help('ls')")).toContain("mkdirs");
});

test("a relative notebook path needs a notebook", async () => {
  await using kernel = await createTestKernel();
  expect(await kernel.failure("dbutils.notebook.run('./x')")).toContain("belongs to no notebook");
});

test("a forked process cannot disturb the session", async () => {
  await using kernel = await createTestKernel();
  const code = [
    "import os",
    "pid = os.fork()",
    "if pid == 0:",
    "    try:",
    "        dbutils.widgets.getAll()",
    "    except RuntimeError as e:",
    "        print(e, flush=True)",
    "    os._exit(0)",
    "os.waitpid(pid, 0)",
    "print('parent', dbutils.widgets.getAll())",
  ].join("\n");
  // Newer Pythons warn of a fork beside threads first.
  expect(await kernel.text(code)).toEndWith(
    "spark, dbutils and display work in the notebook's own process only, not in a forked one\nparent {}\n",
  );
});
