// The files of the page, built from src/app/client. The build puts a module in the place of this one that carries them in the binary.
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Content-Type. */
  readonly type: string;
}

/** By path as the browser asks for it: `/index.html`, and `/assets/…` with a hash of the content in each name. Throws `internal`. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const { default: tailwind } = await import("bun-plugin-tailwind");
  const name = "assets/[name]-[hash].[ext]";
  const result = await Bun.build({
    entrypoints: [join(import.meta.dir, "..", "client", "index.html")],
    target: "browser",
    minify: true,
    splitting: true,
    plugins: [tailwind],
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    naming: { entry: "[name].[ext]", chunk: name, asset: name },
    publicPath: "/",
    throw: false,
  });
  if (!result.success) throw new MortarError("internal", `The page cannot be built: ${result.logs.join("\n")}`);
  const files = result.outputs.map(async (output) => {
    const bytes = new Uint8Array(await output.arrayBuffer());
    return [output.path.replace(/^\.?\/?/, "/"), { bytes, type: output.type }] as const;
  });
  return new Map(await Promise.all(files));
}
