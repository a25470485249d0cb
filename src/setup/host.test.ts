// Addresses as people copy them.
import { expect, test } from "bun:test";
import { workspaceHost } from "./host.ts";

test.each([
  ["https://dbc-1.cloud.databricks.com/", "https://dbc-1.cloud.databricks.com"],
  ["dbc-1.cloud.databricks.com", "https://dbc-1.cloud.databricks.com"],
  ["https://adb-1.2.azuredatabricks.net/?o=123#job/1", "https://adb-1.2.azuredatabricks.net"],
  ["  https://dbc-1.cloud.databricks.com/browse/folders/1?o=2  ", "https://dbc-1.cloud.databricks.com"],
  ["http://127.0.0.1:8000/x", "http://127.0.0.1:8000"],
])("%s", (text, host) => expect(workspaceHost(text)).toBe(host));

test.each([
  ["http://dbc-1.cloud.databricks.com", "not https", "https://dbc-1"],
  ["https://accounts.cloud.databricks.com/login", "account console", "Open a workspace"],
  ["accounts.azuredatabricks.net", "account console", "Open a workspace"],
  ["", "not the address", "https://NAME"],
  ["ftp://dbc-1.cloud.databricks.com", "not the address", "https://NAME"],
])("%p is refused with what to give", (text, message, hint) => {
  let thrown: unknown;
  try {
    workspaceHost(text);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
    exit: 2,
  });
});
