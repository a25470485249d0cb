// A web server on the loopback address that serves release folders, and that can be told to lie about single files.
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface ReleaseServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Serves `folder` below /NAME/. */
  serve(name: string, folder: string): void;
  /** Answers `path` (with its slash) by `answer` until `restore`. */
  lie(path: string, answer: () => Response | Promise<Response>): void;
  restore(): void;
  /** Paths that were asked for, oldest first. */
  readonly asked: string[];
  stop(): Promise<void>;
}

export function startReleaseServer(): ReleaseServer {
  const folders = new Map<string, string>();
  const lies = new Map<string, () => Response | Promise<Response>>();
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    fetch: (request) => {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      const lie = lies.get(pathname);
      if (lie !== undefined) return lie();
      const [, name = "", file = ""] = pathname.split("/");
      const path = join(folders.get(name) ?? "/nonexistent", file);
      return existsSync(path)
        ? new Response(Bun.file(path))
        : new Response("<html>no such page</html>", { status: 404 });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    serve: (name, folder) => void folders.set(name, folder),
    lie: (path, answer) => void lies.set(path, answer),
    restore: () => lies.clear(),
    asked,
    stop: () => server.stop(true),
  };
}

/** What a guest network, a proxy or a page of errors answers in place of a file. */
export function html(): Response {
  return new Response("<!doctype html>\n<html><body>Please sign in</body></html>\n", {
    headers: { "content-type": "text/html" },
  });
}

/** Bytes without an end. */
export function endless(): Response {
  const chunk = new Uint8Array(65_536).fill(0x20);
  return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(chunk) }));
}
