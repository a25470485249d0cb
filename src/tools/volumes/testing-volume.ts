// For tests: a volume in memory, as small as the Files API can be, whose answers a test can replace.
import { refusal, serve, type Received, type Reply, type TestServer } from "../../workspace/testing.ts";

export interface TestVolume extends AsyncDisposable {
  readonly server: TestServer;
  /** Contents by path below the volume: `a/b.txt`. */
  readonly files: Map<string, string>;
  readonly folders: Set<string>;
  /** Asked before anything else; undefined leaves the answer to the volume. */
  answer: (request: Received, path: string) => Reply | Promise<Reply> | undefined;
}

export const root = "/Volumes/main/default/vol";

export function testVolume(files: Readonly<Record<string, string>> = {}): TestVolume {
  const volume: Omit<TestVolume, "server" | typeof Symbol.asyncDispose> = {
    files: new Map(Object.entries(files)),
    folders: new Set([""]),
    answer: () => undefined,
  };
  const server = serve(async (request) => {
    const match = /^\/api\/2\.0\/fs\/(files|directories)\/Volumes\/main\/default\/vol\/?(.*?)\/?$/.exec(request.path);
    const path = decodeURIComponent(match?.[2] ?? "");
    const own = await volume.answer(request, path);
    if (own !== undefined) return own;
    if (match === null) return refusal(404, "NOT_FOUND", "There is no such volume.");
    return match[1] === "files" ? fileAnswer(volume, request, path) : folderAnswer(volume, request, path);
  });
  return Object.assign(volume, { server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() });
}

type State = Pick<TestVolume, "files" | "folders">;

function fileAnswer({ files }: State, { method, body, search, headers }: Received, path: string): Reply {
  const content = files.get(path);
  if (method === "PUT") {
    if (content !== undefined && !search.includes("overwrite=true"))
      return refusal(409, "ALREADY_EXISTS", "The file being created already exists.");
    files.set(path, body);
    return new Response(null, { status: 204 });
  }
  if (content === undefined) return refusal(404, "NOT_FOUND", "The file being accessed is not found.");
  if (method === "DELETE") {
    files.delete(path);
    return new Response(null, { status: 204 });
  }
  const bytes = Buffer.from(content, "latin1");
  const facts = { "last-modified": "Sat, 21 Nov 2026 08:00:00 GMT", "content-type": "text/plain" };
  if (method === "HEAD") return new Response(null, { headers: { ...facts, "content-length": String(bytes.length) } });
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
  if (first === undefined) return new Response(bytes, { headers: facts });
  return new Response(bytes.subarray(Number(first), Number(last) + 1), { status: 206, headers: facts });
}

function folderAnswer({ files, folders }: State, { method }: Received, path: string): Reply {
  const prefix = path === "" ? "" : `${path}/`;
  const below = [...files.keys(), ...folders].filter((name) => name.startsWith(prefix) && name !== path && name !== "");
  if (method === "PUT") {
    folders.add(path);
    return new Response(null, { status: 204 });
  }
  if (below.length === 0 && !folders.has(path)) return refusal(404, "NOT_FOUND", "The directory is not found.");
  if (method === "HEAD") return new Response(null);
  if (method === "DELETE") {
    if (below.length > 0) return refusal(400, "DIRECTORY_NOT_EMPTY", "The directory being deleted is not empty.");
    folders.delete(path);
    return new Response(null, { status: 204 });
  }
  const names = [...new Set(below.map((name) => name.slice(prefix.length).split("/")[0] ?? ""))];
  const contents = names.map((name) => {
    const size = files.get(prefix + name)?.length;
    const common = { name, path: `${root}/${prefix}${name}`, last_modified: 1_795_248_000_000 };
    return size === undefined ? { ...common, is_directory: true } : { ...common, file_size: size };
  });
  return { contents };
}
