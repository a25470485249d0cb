// A shell on a pseudo-terminal: keys go in, and what the shell then makes of the line comes out.
import { stripVTControlCharacters } from "node:util";

export interface ShellStart {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface ShellTerminal {
  /** Types keys, then runs the line as arguments of a function that shows them: what the program would have got. */
  words(keys: string): Promise<readonly string[]>;
  /** Types keys, clears the line, and gives what the terminal showed meanwhile, without colours and cursor moves. */
  shown(keys: string): Promise<string>;
  /** Runs a line to its end, and gives what it printed. */
  run(line: string): Promise<string>;
  close(): Promise<void>;
}

/** What every start file sets as the prompt. */
export const prompt = "$ ";
const begin = "\u0001";
const clear = "\u0015";

/**
 * Starts the shell. Its start file must define `show`, which prints every argument as `<<argument>>` and then a line
 * end, and `ready`, which prints `<[argument]>`: neither mark stands in what is typed, so that an echo is no answer.
 */
export async function openShell({ command, env, cwd }: ShellStart): Promise<ShellTerminal> {
  let text = "";
  let changed = Promise.withResolvers<void>();
  const decoder = new TextDecoder();
  const terminal = new Bun.Terminal({
    cols: 160,
    rows: 50,
    data: (_terminal, data) => {
      text += decoder.decode(data, { stream: true });
      changed.resolve();
    },
  });
  // A shell wants a terminal of its own session; without setsid it goes without job control.
  const session = Bun.which("setsid") === null ? [] : ["setsid", "--ctty", "--wait"];
  const child = Bun.spawn([...session, ...command], { terminal, env: { ...env }, cwd });
  void child.exited.then(() => changed.resolve());
  let count = 0;

  const until = async (found: () => boolean): Promise<void> => {
    while (!found()) {
      if (child.exitCode !== null) throw new Error(`${command[0]} ended: ${JSON.stringify(text.slice(-400))}`);
      const { promise } = changed;
      await promise;
      changed = Promise.withResolvers<void>();
    }
  };
  const settle = async (keys: string): Promise<string> => {
    const from = text.length;
    count += 1;
    terminal.write(`${keys}${clear}ready ${count}\r`);
    // Keys that come before the prompt are edited by the terminal itself, where control keys mean other things.
    const mark = `<[${count}]>`;
    await until(() => text.includes(mark, from) && text.includes(prompt, text.indexOf(mark, from)));
    return stripVTControlCharacters(text.slice(from));
  };

  await until(() => text.includes(prompt));
  await settle("");
  return {
    words: async (keys) => {
      const shown = await settle(`${keys}${begin}show \r`);
      return [...shown.matchAll(/<<(.*?)>>/gs)].map(([, word]) => word ?? "");
    },
    shown: settle,
    run: (line) => settle(`${line}\r`),
    close: async () => {
      // The end of its terminal ends the shell, whatever it is doing.
      terminal.close();
      child.kill();
      await child.exited;
    },
  };
}
