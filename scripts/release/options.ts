// What scripts/release/release is asked to do: its flags, and what the environment adds.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isTarget, targets, type Target } from "../../src/platform/release/targets.ts";

export const usage = `Usage: scripts/release/release [options]

Makes a release of the commit that is checked out, into dist/release.

  --targets LIST       machines, separated by commas: ${targets.join(", ")}
                       (all unless given)
  --out FOLDER         where the files go, instead of dist/release
  --repository NAME    owner/name on GitHub (else GITHUB_REPOSITORY, else "repository" of package.json)
  --base-url URL       where the files will lie, instead of the repository's release page
  --key FILE           minisign secret key without a password (else MORTAR_SIGNING_KEY, the key's text itself)
  --unsigned           make it without a signature: for trying things out; such programs do not update themselves
  --tag TAG            fail unless the version is this tag's
  --working-tree       take the files as they are, committed or not: for trying things out
  --new-key FILE       make a signing key and stop: secret half into FILE, public half into scripts/release/mortar.pub
`;

export interface ReleaseOptions {
  readonly targets: readonly Target[];
  readonly out: string;
  readonly repository: string | undefined;
  readonly baseUrl: string | undefined;
  /** The text of a minisign secret key; undefined for an unsigned release. */
  readonly key: string | undefined;
  readonly tag: string | undefined;
  readonly workingTree: boolean;
  readonly newKey: string | undefined;
  readonly help: boolean;
}

/** Reads the flags. Throws an Error with a sentence for a person. */
export async function readOptions(root: string, words: readonly string[]): Promise<ReleaseOptions> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      targets: { type: "string" },
      out: { type: "string" },
      repository: { type: "string" },
      "base-url": { type: "string" },
      key: { type: "string" },
      unsigned: { type: "boolean" },
      tag: { type: "string" },
      "working-tree": { type: "boolean" },
      "new-key": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  const isRelease = values.help !== true && values["new-key"] === undefined;
  const key = values.unsigned === true || !isRelease ? undefined : await signingKey(values.key);
  if (isRelease && values.unsigned !== true && key === undefined) {
    throw new Error("no signing key: give --key FILE or MORTAR_SIGNING_KEY, or --unsigned to try things out");
  }
  const repository = values.repository ?? process.env["GITHUB_REPOSITORY"] ?? (await packageRepository(root));
  if (repository !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new Error(`the repository ${JSON.stringify(repository)} is not owner/name`);
  }
  return {
    targets: chosenTargets(values.targets),
    out: values.out ?? join(root, "dist", "release"),
    repository,
    baseUrl: values["base-url"],
    key,
    tag: values.tag,
    workingTree: values["working-tree"] === true,
    newKey: values["new-key"],
    help: values.help === true,
  };
}

function chosenTargets(list: string | undefined): readonly Target[] {
  if (list === undefined) return targets;
  const names = list.split(",").filter((name) => name !== "");
  const unknown = names.filter((name) => !isTarget(name));
  if (unknown.length > 0 || names.length === 0) {
    throw new Error(`no such target: ${unknown.join(", ") || "(none)"}; there are ${targets.join(", ")}`);
  }
  return targets.filter((target) => names.includes(target));
}

async function signingKey(file: string | undefined): Promise<string | undefined> {
  if (file !== undefined) return Bun.file(file).text();
  return process.env["MORTAR_SIGNING_KEY"] || undefined;
}

async function packageRepository(root: string): Promise<string | undefined> {
  const { repository } = (await Bun.file(join(root, "package.json")).json()) as {
    repository?: string | { url?: string };
  };
  const text = typeof repository === "string" ? repository : repository?.url;
  return /(?:^github:|github\.com[/:])?([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(text ?? "")?.[1];
}
