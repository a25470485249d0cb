// The list of parts of a release, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/).
import { createHash } from "node:crypto";
import type { Shipped } from "./packages.ts";

export interface SbomFacts {
  readonly version: string;
  readonly commit: string;
  readonly timeSeconds: number;
  readonly bunVersion: string;
  readonly direct: readonly string[];
}

/** The document's text. It depends on its input alone: the serial number is made from it. */
export function sbom(packages: readonly Shipped[], facts: SbomFacts): string {
  const own = `pkg:generic/mortar@${facts.version}`;
  const bun = `pkg:github/oven-sh/bun@bun-v${facts.bunVersion}`;
  const byName = new Map(packages.map((one) => [one.name, purl(one)]));
  const refs = (names: readonly string[]): string[] => names.flatMap((name) => byName.get(name) ?? []).toSorted();
  const components = [
    {
      type: "application",
      "bom-ref": bun,
      name: "bun",
      version: facts.bunVersion,
      purl: bun,
      licenses: licence("MIT"),
    },
    ...packages.map(component),
  ];
  const dependencies = [
    { ref: own, dependsOn: [bun, ...refs(facts.direct)] },
    { ref: bun, dependsOn: [] },
    ...packages.map((one) => ({ ref: purl(one), dependsOn: refs(one.needs) })),
  ];
  const body = {
    metadata: {
      timestamp: new Date(facts.timeSeconds * 1000).toISOString(),
      component: {
        type: "application",
        "bom-ref": own,
        name: "mortar",
        version: facts.version,
        purl: own,
        licenses: licence("MIT"),
        properties: [{ name: "mortar:commit", value: facts.commit }],
      },
    },
    components,
    dependencies,
  };
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: serial(JSON.stringify(body)),
    version: 1,
    ...body,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function component(one: Shipped): object {
  const hash = one.integrity?.replace(/^sha512-/, "");
  return {
    type: "library",
    "bom-ref": purl(one),
    name: one.name,
    version: one.version,
    purl: purl(one),
    licenses: licence(one.licence),
    ...(hash === undefined
      ? {}
      : { hashes: [{ alg: "SHA-512", content: Buffer.from(hash, "base64").toString("hex") }] }),
    ...(one.homepage === undefined ? {} : { externalReferences: [{ type: "website", url: one.homepage }] }),
  };
}

function licence(expression: string): object[] {
  return /[ ()]/.test(expression) ? [{ expression }] : [{ license: { id: expression } }];
}

/** https://github.com/package-url/purl-spec: the scope is a namespace, and its @ is escaped. */
function purl({ name, version }: Pick<Shipped, "name" | "version">): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

/** A UUID made from the content (RFC 9562, version 8). */
function serial(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `urn:uuid:${bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}`;
}
