// The files of the page, built from src/app/client. The build puts a module in the place of this one that carries them in the binary.
import { join } from "node:path";
import type { BunPlugin } from "bun";
import { MortarError } from "../../platform/errors.ts";

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Content-Type. */
  readonly type: string;
}

/**
 * What the page's packages import and the page does not use, 0.3 MB: an HTML parser (it shows no raw HTML), class merging, a second
 * Markdown parser (the page finds the parts of a text itself), and the writing of Markdown.
 */
const unused: Readonly<Record<string, string>> = {
  "rehype-raw": "export default () => undefined;",
  "tailwind-merge": "export const twMerge = (names) => names;",
  marked: "export const Lexer = undefined;",
  "mdast-util-to-markdown": "export const defaultHandlers = {};",
};

const leaveOut: BunPlugin = {
  name: "leave-out",
  setup(build) {
    build.onResolve({ filter: /^(?:rehype-raw|tailwind-merge|marked|mdast-util-to-markdown)$/ }, ({ path }) => ({
      path,
      namespace: "left-out",
    }));
    build.onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: unused[path] ?? "",
      loader: "js",
    }));
  },
};

/** By path as the browser asks for it: `/index.html`, and `/assets/…` with a hash of the content in each name. Throws `internal`. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const { default: tailwind } = await import("bun-plugin-tailwind");
  const name = "assets/[name]-[hash].[ext]";
  const result = await Bun.build({
    entrypoints: [join(import.meta.dir, "..", "client", "index.html")],
    target: "browser",
    minify: true,
    splitting: true,
    plugins: [tailwind, leaveOut],
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
