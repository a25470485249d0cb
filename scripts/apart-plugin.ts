// Build plugin: what few start, and what need not start fast, goes into the binary as bundles of their own, packed and
// without bytecode, which is four times the code.
import { join } from "node:path";
import type { BunPlugin } from "bun";
import { duckdbPlugin, type DuckdbFiles } from "./duckdb-plugin.ts";
import { packedFile } from "./packed-file.ts";

const source = join(import.meta.dir, "..", "src");
const native = join(source, "emulator", "sql", "native", "place.ts");

/** A bundle, and the file of the main one through which alone it is loaded. */
interface Room {
  readonly name: string;
  readonly entry: string;
  readonly loader: string;
  /** What the loader exports. */
  readonly load: string;
  readonly hasDuckdb?: true;
}

const rooms: readonly Room[] = [
  {
    name: "emulator",
    entry: "emulator/server.ts",
    loader: "emulator/server-room.ts",
    load: "loadServer",
    hasDuckdb: true,
  },
  {
    name: "read-html",
    entry: "proxy/web/fetch/read-html.ts",
    loader: "proxy/web/fetch/html-room.ts",
    load: "loadReadHtml",
  },
];

interface ApartOptions {
  readonly duckdb: DuckdbFiles;
  /** As for the main bundle. */
  readonly define: Record<string, string>;
}

/** The plugin for the main bundle. The same source gives the same bytes. */
export async function apartPlugin(options: ApartOptions): Promise<BunPlugin> {
  const loaders = new Map<string, string>();
  for (const room of rooms) loaders.set(join(source, room.loader), await loaderSource(room, options));
  const entries = new Set(rooms.map((room) => join(source, room.entry)));
  return {
    name: "apart",
    setup(build) {
      build.onLoad({ filter: /-room\.ts$/ }, async ({ path }) => ({
        contents: loaders.get(path) ?? (await Bun.file(path).text()),
        loader: "ts",
      }));
      build.onLoad({ filter: /[\\/](?:server|read-html)\.ts$/ }, async ({ path }) => {
        if (entries.has(path)) throw new Error(`${path} came into the main bundle: load it through its -room.ts`);
        return { contents: await Bun.file(path).text(), loader: "ts" };
      });
    },
  };
}

async function loaderSource(room: Room, options: ApartOptions): Promise<string> {
  const { addon, packed } = options.duckdb;
  const code = await bundle(room, options);
  const [imports, hand] =
    room.hasDuckdb === true
      ? [
          `import addon from ${JSON.stringify(addon)} with { type: "file" };
import library from ${JSON.stringify(packed)} with { type: "file" };`,
          "room.useNativeFiles({ addon, library });",
        ]
      : ["", ""];
  return `
import packed from ${JSON.stringify(await packedFile(code, room.name))} with { type: "file" };
import { importBytes } from ${JSON.stringify(join(source, "platform", "module-bytes.ts"))};
${imports}
let loaded: Promise<any> | undefined;
export function ${room.load}(): Promise<any> {
  loaded ??= (async () => {
    const room = (await importBytes(new Uint8Array(await Bun.zstdDecompress(await Bun.file(packed).bytes())))) as any;
    ${hand}
    return room;
  })();
  return loaded;
}
`;
}

async function bundle({ name, entry, hasDuckdb }: Room, options: ApartOptions): Promise<Uint8Array<ArrayBuffer>> {
  const path = join(source, entry);
  const exported = hasDuckdb === true ? [path, native] : [path];
  const contents = exported.map((file) => `export * from ${JSON.stringify(file)};`).join("\n");
  const result = await Bun.build({
    entrypoints: [`apart:${name}`],
    root: join(source, ".."),
    target: "bun",
    format: "esm",
    minify: true,
    define: options.define,
    plugins: [entryPlugin(contents), ...(hasDuckdb === true ? [duckdbPlugin(options.duckdb)] : [])],
  });
  const [output, ...others] = result.outputs;
  if (output === undefined || others.length > 0) throw new Error(`${entry} is not one bundle`);
  return new Uint8Array(await output.arrayBuffer());
}

function entryPlugin(contents: string): BunPlugin {
  return {
    name: "apart-entry",
    setup(build) {
      build.onResolve({ filter: /^apart:/ }, ({ path }) => ({ path, namespace: "apart" }));
      build.onLoad({ filter: /./, namespace: "apart" }, () => ({ contents, loader: "ts", resolveDir: source }));
    },
  };
}
