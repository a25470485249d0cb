// One line for each request: what was asked of which workspace, how it was answered, how long the head took. No bodies.
import type { Deps } from "../../platform/deps.ts";
import { isAbort, toMortarError } from "../../platform/errors.ts";
import type { Filter } from "../types.ts";

export interface RequestLogOptions {
  readonly clock: Deps["clock"];
  /** Where a line goes; none for requests that nobody wants lines of. */
  readonly sinks: (lease: string | undefined) => readonly ((line: string) => void)[];
}

/** Stands outermost: it sees what the agent asks, and what it gets. */
export function requestLog({ clock, sinks }: RequestLogOptions): Filter {
  return {
    name: "request-log",
    summary: "Writes a line for each request to the log, when --verbose is given.",
    byDefault: true,
    watches: true,
    applies: (exchange) => sinks(exchange.lease).length > 0,
    handle: async (exchange, request, next) => {
      const startMs = clock.now();
      const say = (outcome: string): void => {
        const what = `${exchange.id} ${request.method} ${exchange.dialect.name} ${request.path}`;
        const who = `profile ${exchange.profile}${exchange.agent === undefined ? "" : `, ${exchange.agent}`}`;
        const line = `${what}: ${outcome} in ${clock.now() - startMs} ms (${who})`;
        for (const sink of sinks(exchange.lease)) sink(line);
      };
      try {
        const response = await next(request);
        say(String(response.status));
        return response;
      } catch (thrown) {
        say(isAbort(thrown) ? "the client left" : `failed: ${toMortarError(thrown).message}`);
        throw thrown;
      }
    },
  };
}
