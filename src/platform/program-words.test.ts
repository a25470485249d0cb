// npm's scripts for Windows: what they start, with its arguments untouched by the command interpreter.
import { expect, test } from "bun:test";
import { programWords, shimTarget } from "./program-words.ts";

const head = `@ECHO off\r
GOTO start\r
:find_dp0\r
SET dp0=%~dp0\r
EXIT /b\r
:start\r
SETLOCAL\r
CALL :find_dp0\r
`;
const byNode = `${head}\r
IF EXIST "%dp0%\\node.exe" (\r
  SET "_prog=%dp0%\\node.exe"\r
) ELSE (\r
  SET "_prog=node"\r
  SET PATHEXT=%PATHEXT:;.JS;=;%\r
)\r
\r
endLocal & goto #_undefined_# 2>NUL || title %COMSPEC% & "%_prog%"  "%dp0%\\node_modules\\@openai\\codex\\bin\\codex.js" %*\r
`;

test("a script of Node is started by Node", () => {
  expect(shimTarget(byNode, "C:\\npm")).toEqual({
    file: "C:\\npm\\node_modules\\@openai\\codex\\bin\\codex.js",
    byNode: true,
    options: [],
  });
  const withOption = byNode.replace('"%_prog%"  "', '"%_prog%" --no-warnings=x "');
  expect(shimTarget(withOption, "C:\\npm")?.options).toEqual(["--no-warnings=x"]);
});

test("a program is started itself", () => {
  const text = `${head}"%dp0%\\node_modules\\opencode-ai\\bin\\opencode.exe"   %*\r\n`;
  expect(shimTarget(text, "C:\\npm")).toEqual({
    file: "C:\\npm\\node_modules\\opencode-ai\\bin\\opencode.exe",
    byNode: false,
    options: [],
  });
});

test("any other script stays as it is", async () => {
  expect(shimTarget("@echo off\r\nrem nothing\r\ncall other.bat %*\r\n", "C:\\x")).toBeUndefined();
  expect(await programWords("C:\\x\\none.cmd", { env: {}, os: "win32" })).toEqual(["C:\\x\\none.cmd"]);
  expect(await programWords("C:\\x\\claude.exe", { env: {}, os: "win32" })).toEqual(["C:\\x\\claude.exe"]);
  expect(await programWords("/usr/bin/x.cmd", { env: {}, os: "linux" })).toEqual(["/usr/bin/x.cmd"]);
});
