// Build plugin: packages that few commands need go into the binary packed, without bytecode, and are unpacked at their first use.
import type { BunPlugin } from "bun";
import { packedFile } from "./packed-file.ts";
import { sdkPlugin } from "./sdk-plugin.ts";

/** Of these functions, classes and objects are used, and no plain values. */
const packages = ["@decimalturn/toml-patch", "@modelcontextprotocol/client", "hyparquet-writer"];

/** The plugin. The same packages give the same bytes. */
export async function packedPackagesPlugin(): Promise<BunPlugin> {
  const sources = new Map<string, string>();
  for (const name of packages) sources.set(name, await moduleSource(name));
  const filter = new RegExp(`^(?:${packages.join("|")})$`);
  return {
    name: "packed-packages",
    setup(build) {
      build.onResolve({ filter }, ({ path }) => ({ path, namespace: "packed-package" }));
      build.onLoad({ filter, namespace: "packed-package" }, ({ path }) => ({
        contents: sources.get(path) ?? "",
        loader: "ts",
        resolveDir: import.meta.dir,
      }));
    },
  };
}

/** Each export stands in for the package's own until it is called or made an object of. */
async function moduleSource(name: string): Promise<string> {
  const names = Object.keys((await import(name)) as object).filter((one) => one !== "default");
  const packed = await packedFile(await bundle(name), name.replace(/^.*\//, ""));
  return `
import packed from ${JSON.stringify(packed)} with { type: "file" };
import { readFileSync } from "node:fs";
let loaded: any;
function load(): any {
  if (loaded === undefined) {
    const code = new TextDecoder().decode(Bun.zstdDecompressSync(readFileSync(packed)));
    const module = { exports: {} };
    // The bundle is the function in which CommonJS wraps a module.
    new Function("return (" + code + ")")()(module.exports, require, module, "", "");
    loaded = module.exports;
  }
  return loaded;
}
const standIn = (name: string): any => new Proxy(function () {}, {
  apply: (_target, self, given) => Reflect.apply(load()[name], self, given),
  construct: (_target, given) => Reflect.construct(load()[name], given),
  get: (_target, key) => load()[name][key],
});
${names.map((one) => `export const ${one}: any = standIn(${JSON.stringify(one)});`).join("\n")}
`;
}

async function bundle(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const entry = Bun.resolveSync(name, import.meta.dir);
  const result = await Bun.build({
    entrypoints: [entry],
    target: "bun",
    format: "cjs",
    minify: true,
    plugins: [sdkPlugin],
  });
  const [output, ...others] = result.outputs;
  if (output === undefined || others.length > 0) throw new Error(`${name} is not one bundle`);
  return new Uint8Array(await output.arrayBuffer());
}
