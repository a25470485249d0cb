// Diagnostics, and that no secret is in them.
import { describe, expect, test } from "bun:test";
import { createLogger, printable, redact, silentLogger, type LogLevel } from "./log.ts";

describe("createLogger", () => {
  const lines = (level: LogLevel): string[] => {
    const written: string[] = [];
    const log = createLogger(level, (line) => written.push(line));
    log.warn("w");
    log.info("i");
    log.debug("d");
    return written;
  };

  test.each([
    ["quiet", []],
    ["normal", ["warning: w\n", "i\n"]],
    ["verbose", ["warning: w\n", "i\n", "debug: d\n"]],
  ] as const)("%s", (level, expected) => {
    expect(lines(level)).toEqual([...expected]);
    expect(createLogger(level, () => undefined).level).toBe(level);
  });

  test("no line has a secret", () => {
    const written: string[] = [];
    createLogger("verbose", (line) => written.push(line)).debug("authorization: Bearer abcdefgh12345678");
    expect(written).toEqual(["debug: authorization: Bearer ***\n"]);
  });

  test("the silent one says nothing and does not fail", () => {
    silentLogger.warn("x");
    silentLogger.info("x");
    silentLogger.debug("x");
    expect(silentLogger.level).toBe("quiet");
  });
});

describe("redact", () => {
  const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";

  test.each([
    ["Authorization: Bearer abc.def-ghi_jkl", "Authorization: Bearer ***"],
    ["authorization: basic dXNlcjpwYXNz", "authorization: basic ***"],
    ["dapi0123456789abcdef0123456789abcdef-2 is mine", "*** is mine"],
    [`the token ${jwt}, again`, "the token ***, again"],
    ["access_token=abcdef123456&x=1", "access_token=***&x=1"],
    ['{"refresh_token": "abcdef123456", "expires_in": 3600}', '{"refresh_token": "***", "expires_in": 3600}'],
    ["client_secret: s3cr3t-value", "client_secret: ***"],
    ["azure_client_secret = s3cr3t-value", "azure_client_secret = ***"],
    ["azure-client-secret: azure_client_id is missing", "azure-client-secret: azure_client_id is missing"],
    ["client-secret='s3cr3t-value'", "client-secret='***'"],
    ["api-key=abcdef123", "api-key=***"],
    ["http://127.0.0.1:8020/?code=abcdef123&state=xyz", "http://127.0.0.1:8020/?code=***&state=xyz"],
    ["code=abcdef123", "code=***"],
    ["https://user:hunter2@host.example/path", "https://user:***@host.example/path"],
    ["two: Bearer abcdefgh1 and Bearer ijklmnop2", "two: Bearer *** and Bearer ***"],
  ])("shape %#", (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each([
    "the token is missing",
    "Basic authentication is not supported",
    "bearer authorization failed",
    '{"code": "not_signed_in", "exit_code": 3}',
    "exit code: 12345678",
    "https://host.example:8443/a@b",
    "https://host.example/path?x=1",
    "run 1234567890123456789 of job 42",
    "",
  ])("leaves %j as it is", (text) => {
    expect(redact(text)).toBe(text);
  });

  test("does the same twice as once", () => {
    const text = `Bearer abcdefgh1 password=hunter22 ${jwt}`;
    expect(redact(redact(text))).toBe(redact(text));
  });

  test("takes a megabyte in its stride", () => {
    for (const piece of ["a", "a://", "eyJ", "token=", "Bearer ", "dapi", "https://x:"]) {
      expect(typeof redact(piece.repeat(Math.ceil(300_000 / piece.length)))).toBe("string");
    }
  });
});

describe("printable", () => {
  test.each([
    ["two\nlines\t and\r\n more", "two lines and more"],
    ["\u001B[2J\u001B]0;title\u0007x", " [2J ]0;title x"],
    ["\u009B31m", " 31m"],
    ["user\u202Egnp.exe", "user gnp.exe"],
    ["Ünïcødé 日本語 👩‍💻", "Ünïcødé 日本語 👩‍💻"],
    ["", ""],
  ])("%j", (text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});
