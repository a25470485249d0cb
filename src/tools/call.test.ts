// The wrapper around every tool: strict arguments, honest errors, nothing secret in them.
import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { MortarError } from "../platform/errors.ts";
import { callTool, parseArguments } from "./call.ts";
import { defineTool, type ToolContext } from "./define.ts";
import { idInput, idOutput, parametersInput } from "./fields.ts";
import { bench } from "./testing.ts";

const input = z.strictObject({
  run_id: idInput("a run"),
  notebook_path: z.string().optional(),
  limit: z.int().min(1).max(10).default(5),
  wait: z.boolean().default(false),
  parameters: parametersInput("values").optional(),
  tasks: z
    .array(z.strictObject({ task_key: z.string(), retries: z.int().optional(), note: z.string().optional() }))
    .optional(),
});

function toolThat(run: (context: ToolContext, given: z.output<typeof input>) => Promise<{ run_id: string }>) {
  return defineTool({
    name: "try_it",
    toolset: "jobs",
    effect: "read",
    title: "Try",
    description: "Tries.",
    input,
    spellings: { path: "notebook_path" },
    output: z.object({ run_id: idOutput }),
    run,
    text: ({ run_id: id }) => `run_id: ${id}\n`,
  });
}

const echo = toolThat(async (_context, { run_id }) => ({ run_id }));

function refusalOf(args: unknown): MortarError {
  try {
    parseArguments(echo, args);
  } catch (thrown) {
    if (thrown instanceof MortarError) return thrown;
  }
  throw new Error("the arguments were expected to be refused");
}

describe("the time of a call", () => {
  test("that waits is over soon after its wait, also where the workspace hangs", async () => {
    const hangs = toolThat(
      (context) =>
        new Promise((_resolve, reject) => {
          context.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")), { once: true });
        }),
    );
    const waits = { ...hangs, input: input.extend({ wait_seconds: z.number() }) };
    // A tool that waits ends by its own wait; the longest wait of all would outlast this test.
    await using place = bench({}, { limits: { waitSeconds: 0.01, maxWaitSeconds: 1_000, graceSeconds: 0 } });
    const failed = await callTool(waits, place.context, { run_id: "1", wait_seconds: 0 }).catch(
      (thrown: unknown) => thrown,
    );
    expect(failed).toMatchObject({ code: "timeout" });
    // Nor does one that is not told how long: its clients do not wait for ever.
    const untold = await callTool(hangs, place.context, { run_id: "1" }).catch((thrown: unknown) => thrown);
    expect(untold).toMatchObject({ code: "timeout" });
  });
});

describe("arguments", () => {
  test.each([
    ["a string of digits", "123", "123"],
    ["a string of digits beyond 2^53", "9223372036854775807", "9223372036854775807"],
    ["a safe integer", 42, "42"],
    ["digits with spaces around", " 7 ", "7"],
  ])("an id may be %s", (_what, given, taken) => {
    expect(parseArguments(echo, { run_id: given })).toMatchObject({ run_id: taken });
  });

  test.each([
    ["an integer that has lost its digits", 2 ** 53 + 2],
    ["a fraction", 1.5],
    ["a word", "latest"],
    ["an object", {}],
    ["nothing but spaces", "  "],
  ])("an id is not %s", (_what, given) => {
    const error = refusalOf({ run_id: given });
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain("string of digits");
  });

  test.each([
    ["a path", { run_id: "1", notebook_path: "/x/\ud800" }, "notebook_path"],
    ["a name inside", { run_id: "1", parameters: { "\udfff": "x" } }, "parameters"],
    ["a value inside", { run_id: "1", tasks: [{ task_key: "\ud800\ud800" }] }, "tasks"],
  ])("half of a surrogate pair is refused by the argument that holds it: %s", (_what, given, name) => {
    const error = refusalOf(given);
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain(`${name} holds half of a character`);
  });

  test("a whole pair is a character like others, and deep nesting is no defect of ours", () => {
    expect(parseArguments(echo, { run_id: "1", notebook_path: "/x/\u{1f986}" })).toMatchObject({
      notebook_path: "/x/\u{1f986}",
    });
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) as unknown;
    expect(refusalOf({ run_id: "1", tasks: deep }).code).toBe("invalid_input");
  });

  test("members of arrays and objects are read like arguments", () => {
    expect(parseArguments(echo, { run_id: "1", tasks: [{ task_key: "a", retries: "2", note: null }] })).toMatchObject({
      tasks: [{ task_key: "a", retries: 2 }],
    });
  });

  test("an unknown argument is refused with the nearest name", () => {
    const error = refusalOf({ run_id: "1", limt: 3 });
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain('unknown argument "limt"');
    expect(error.hint).toBe('Did you mean "limit"?');
  });

  test("an unknown argument like none lists what there is", () => {
    expect(refusalOf({ run_id: "1", zzzzzz: 3 }).hint).toContain("run_id, [notebook_path], [limit]");
  });

  test("a missing one is named", () => {
    const error = refusalOf({});
    expect(error.message).toContain("run_id is missing");
  });

  test("inside a list too", () => {
    expect(refusalOf({ run_id: "1", tasks: [{}] }).message).toContain("tasks.0.task_key is missing");
    expect(refusalOf({ run_id: "1", tasks: [{ task_key: "a", extra: 1 }] }).message).toContain("unknown extra");
  });

  test("inside an object are explained by what that object takes", () => {
    const misspelt = refusalOf({ run_id: "1", tasks: [{ task_key: "a", notes: 1 }] });
    expect(misspelt.hint).toBe('Did you mean "note"? tasks.0 takes task_key, [retries], [note].');
    expect(refusalOf({ run_id: "1", tasks: [{}] }).hint).toBe("tasks.0 takes task_key, [retries], [note].");
    expect(refusalOf({ run_id: "1", limit: 99 }).hint).toStartWith("It takes run_id, ");
  });

  test("null stands for nothing", () => {
    expect(parseArguments(echo, { run_id: "1", limit: null })).toMatchObject({ limit: 5 });
  });

  test("path is taken for notebook_path, and the right name wins", () => {
    expect(parseArguments(echo, { run_id: "1", path: "/a" })).toMatchObject({ notebook_path: "/a" });
    expect(refusalOf({ run_id: "1", path: "/a", notebook_path: "/b" }).message).toContain('"path"');
  });

  test("JSON in a string is read where the argument is no string", () => {
    const taken = parseArguments(echo, { run_id: "1", limit: "7", wait: "true", tasks: '[{"task_key":"a"}]' });
    expect(taken).toMatchObject({ limit: 7, wait: true, tasks: [{ task_key: "a" }] });
  });

  test("JSON in a string stays text where text is wanted", () => {
    expect(parseArguments(echo, { run_id: "1", notebook_path: "[1]" })).toMatchObject({ notebook_path: "[1]" });
  });

  test("JSON of another type is not bent", () => {
    expect(refusalOf({ run_id: "1", limit: "true" }).message).toContain("limit");
    expect(refusalOf({ run_id: "1", limit: "11" }).message).toContain("limit");
  });

  test("numbers and switches among parameters become text", () => {
    const taken = parseArguments(echo, { run_id: "1", parameters: { day: 3, full: true, name: "x" } });
    expect(taken).toMatchObject({ parameters: { day: "3", full: "true", name: "x" } });
  });

  test.each([[[]], ["text"], [7]])("%p is no set of arguments", (given) => {
    expect(refusalOf(given).message).toContain("must be an object");
  });

  test("a name of the prototype is no argument", () => {
    expect(refusalOf(JSON.parse('{"run_id":"1","__proto__":{}}')).code).toBe("invalid_input");
    expect(refusalOf({ run_id: "1", constructor: 1 }).code).toBe("invalid_input");
  });
});

describe("results and errors", () => {
  const give = (run: Parameters<typeof toolThat>[0]) => callWith(toolThat(run));

  async function callWith(tool: ReturnType<typeof toolThat>): Promise<unknown> {
    await using place = bench({});
    return await callTool(tool, place.context, { run_id: "1" }).catch((thrown: unknown) => thrown);
  }

  test("a field that the output does not declare does not leave", async () => {
    const result = await give(async () => ({ run_id: "1", secret_new_field: "x" }) as { run_id: string });
    expect(result).toEqual({ data: { run_id: "1" }, text: "run_id: 1\n", failed: false });
  });

  test("a result that does not fit is our defect, and says where", async () => {
    const error = await give(async () => ({ run_id: 5 }) as unknown as { run_id: string });
    expect(error).toMatchObject({
      code: "internal",
      message: "The result of try_it did not fit its declaration at run_id",
    });
  });

  test("what is thrown by mistake tells nothing of its own words", async () => {
    const error = await give(() => {
      throw new TypeError("cannot read /home/someone/.databrickscfg with dapi0123456789abcdef0123456789abcdef");
    });
    expect(error).toBeInstanceOf(MortarError);
    const { code, message, hint } = error as MortarError;
    expect(code).toBe("internal");
    expect(`${message} ${hint}`).not.toMatch(/databrickscfg|dapi0123|home/);
  });

  test("an error keeps its code and ids, without tokens and without the home folder", async () => {
    const error = (await give(async () => {
      throw new MortarError("io", "Cannot write /home/someone/x with Bearer dapi0123456789abcdef0123456789abcdef", {
        hint: "See /home/someone/.databrickscfg",
        requestId: "r-1",
        workspaceCode: "X",
        httpStatus: 409,
      });
    })) as MortarError;
    expect(error.message).toBe("Cannot write ~/x with Bearer ***");
    expect(error).toMatchObject({
      code: "io",
      hint: "See ~/.databrickscfg",
      requestId: "r-1",
      workspaceCode: "X",
      httpStatus: 409,
    });
  });

  test("an abort is an interruption", async () => {
    const error = await give(async () => {
      throw new DOMException("gone", "AbortError");
    });
    expect(error).toMatchObject({ code: "interrupted" });
  });
});
