// The terms of calls: what is set, what a caller may make stricter, and that nobody makes them less strict.
import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MortarError } from "../platform/errors.ts";
import { resolvePaths } from "../platform/paths.ts";
import { settingsFile } from "../platform/settings.ts";
import { defaultLimits } from "./limits.ts";
import { stricterTerms, termsOf } from "./terms.ts";
import { settledTerms } from "./terms-settings.ts";

const patterns = (terms: ReturnType<typeof termsOf>) => terms.protection?.patterns.map(({ written }) => written);

describe("terms", () => {
  test("ask where the client can, protect nothing and have the usual limits, where nothing is wished", () => {
    expect(termsOf()).toEqual({
      confirm: "supported",
      protection: undefined,
      limits: defaultLimits,
      discovery: false,
    });
  });

  test("have limits as they are set, and what hangs on them", () => {
    const { limits } = termsOf({ maxRows: 5, maxChars: 2_000, maxWaitSeconds: 20 });
    expect(limits).toMatchObject({ rows: 5, textChars: 2_000, cellChars: 2_000, maxWaitSeconds: 20, waitSeconds: 20 });
  });

  test.each([{ maxRows: 0 }, { maxRows: 1.5 }, { maxChars: 1 }, { maxWaitSeconds: 300 }, { protect: ["a b"] }])(
    "refuse %p",
    (wish) => expect(() => termsOf(wish)).toThrow(MortarError),
  );
});

describe("stricter terms", () => {
  const terms = termsOf({ confirm: "supported", protect: ["prod"], allowCode: false, maxRows: 100 });

  test("are taken", () => {
    const own = stricterTerms(terms, { confirm: "always", protect: ["dev"], maxRows: 10, maxWaitSeconds: 30 });
    expect(own.confirm).toBe("always");
    expect(patterns(own)).toEqual(["prod", "dev"]);
    expect(own.limits).toMatchObject({ rows: 10, maxWaitSeconds: 30 });
  });

  test("less strict ones are passed over", () => {
    const own = stricterTerms(terms, {
      confirm: "never",
      protect: [],
      allowCode: true,
      maxRows: 10_000,
      maxChars: 1_000_000,
    });
    expect(own).toEqual(terms);
  });

  test("a pattern that is added where nothing was protected stops code, too", () => {
    expect(stricterTerms(termsOf(), { protect: ["prod"], allowCode: true }).protection?.allowCode).toBe(false);
    const open = termsOf({ protect: ["prod"], allowCode: true });
    expect(stricterTerms(open, { protect: ["dev"] }).protection?.allowCode).toBe(true);
  });
});

describe("settings", () => {
  async function settled(text: string | undefined) {
    const home = await mkdtemp(join(tmpdir(), "mortar-terms-"));
    try {
      const paths = resolvePaths({ HOME: home, MORTAR_HOME: home }, "linux");
      const file = settingsFile({ paths });
      if (text !== undefined) {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
      return await settledTerms({ paths }).catch((thrown: unknown) => (thrown as MortarError).code);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }

  test("are read, and none are none", async () => {
    const tools = { protect: ["prod"], allow_code: true, confirm: "always", max_rows: 7, discovery: true };
    expect(await settled(JSON.stringify({ tools, proxy: {} }))).toMatchObject({
      protect: ["prod"],
      allowCode: true,
      confirm: "always",
      maxRows: 7,
      discovery: true,
    });
    expect(await settled(undefined)).toEqual(expect.objectContaining({ protect: undefined }));
    expect(await settled("{}")).toEqual(expect.objectContaining({ protect: undefined }));
  });

  test.each(["{", "[]", '{"tools":{"protect":"prod"}}', '{"tools":{"confirm":"maybe"}}', '{"tools":{"max_rows":"7"}}'])(
    "that cannot be understood let nothing be called: %s",
    async (text) => expect(await settled(text)).toBe("config_invalid"),
  );
});
