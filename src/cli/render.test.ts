import { expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import { renderErrorJson } from "./render.ts";

test("an error as JSON keeps its code, and loses what looks like a credential", () => {
  const error = new MortarError("invalid_state", "refused: token=dapi0123456789abcdef0123", {
    hint: "Bearer abcdefghijkl",
  });
  expect(JSON.parse(renderErrorJson(error))).toEqual({
    ok: false,
    error: { code: "invalid_state", message: "refused: token=***", hint: "Bearer ***", exit_code: 1 },
  });
});
