// Older options that stand for a command of today.
import { onInterrupt } from "../../platform/signals.ts";
import type { OldBody } from "./agent-program.ts";
import type { WrapperLine, WrapperValues } from "./wrapper.ts";

type Load = () => Promise<{ readonly run: OldBody<never> }>;

/** The work of the first of them that was given; undefined where the agent is to be started. */
export function standIn(line: WrapperLine, flags: WrapperValues): (() => Promise<number>) | undefined {
  const table: readonly (readonly [boolean | undefined, Load, Readonly<Record<string, unknown>>])[] = [
    [flags["uninstall-hooks"], () => import("./hooks-uninstall.ts"), {}],
    [flags["install-hooks"], () => import("./hooks-install.ts"), {}],
    [flags["headless-ensure"], () => import("./session-start.ts"), {}],
    [flags["headless-release"], () => import("./session-end.ts"), {}],
    [flags["print-env"], () => import("./show.ts"), {}],
    [flags["write-claude-config"], () => import("./config-write.ts"), {}],
    [flags.headless, () => import("./session-mode.ts"), {}],
  ];
  const found = table.find(([isGiven]) => isGiven === true);
  if (found === undefined) return undefined;
  const [, load, more] = found;
  return async () => {
    const interrupt = onInterrupt();
    try {
      const { program, deps, build } = line;
      const body = (await load()).run as OldBody;
      return await body({
        program,
        deps,
        build,
        flags: { ...flags, ...more } as never,
        positionals: [],
        signal: interrupt.signal,
      });
    } catch (thrown) {
      if (interrupt.signal.aborted) return 130;
      throw thrown;
    } finally {
      interrupt.release();
    }
  };
}
