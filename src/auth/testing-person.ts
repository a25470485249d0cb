// A person at a browser, for tests: reads the address that was printed, visits it, and does what the test says.
import type { Input } from "../platform/deps.ts";
import type { LoginRequest } from "./login.ts";
import type { TestWorld } from "./testing.ts";

/** A login of the profile `dev` on a free port, without a browser. */
export const loginRequest = (host: string, changes: Partial<LoginRequest> = {}): LoginRequest => ({
  host,
  profile: "dev",
  force: false,
  noBrowser: true,
  timeoutMs: 20_000,
  clientId: "databricks-cli",
  callbackPort: 0,
  signal: AbortSignal.timeout(20_000),
  ...changes,
});

type Follow = (location: string) => Promise<string | undefined>;

/** `follow` gets the address that the browser ends at; what it returns is pasted. */
function visitor(said: string[], follow: Follow): Input {
  let visited = false;
  return {
    isTTY: false,
    readAll: () => Promise.resolve(""),
    readLine: async (signal) => {
      if (visited) return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      visited = true;
      const url = [...said.join("").matchAll(/^ {2}(http\S+)$/gm)].at(-1)?.[1] ?? "";
      const response = await fetch(url, { redirect: "manual" });
      return follow(response.headers.get("location") ?? "");
    },
  };
}

export function withVisitor(made: TestWorld, follow: Follow): TestWorld["deps"] {
  return { ...made.deps, stdin: visitor(made.said, follow) };
}

export const paste: Follow = (location) => Promise.resolve(location);
