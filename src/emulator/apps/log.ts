// What an app and the platform around it have said: the last lines, and whoever listens.

export interface LogLine {
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly source: "APP" | "SYSTEM";
  readonly severity: "INFO" | "ERROR";
  readonly message: string;
}

export interface AppLog {
  add(line: LogLine): void;
  lines(): readonly LogLine[];
  /** Calls `listen` with each later line, until the returned function is called. */
  follow(listen: (line: LogLine) => void): () => void;
}

const mostLines = 2_000;

export function createLog(): AppLog {
  const kept: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  return {
    lines: () => [...kept],
    add: (line) => {
      kept.push(line);
      if (kept.length > mostLines) kept.shift();
      for (const listen of listeners) listen(line);
    },
    follow: (listen) => {
      listeners.add(listen);
      return () => void listeners.delete(listen);
    },
  };
}
