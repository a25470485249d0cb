// Choosing what the caller left open: the smallest node type that is of use, the newest Spark version with long-term
// support. Names differ from cloud to cloud, so both are asked of the workspace.
import { MortarError } from "../../platform/errors.ts";
import { isObject, parseJson, type JsonObject } from "../../platform/json.ts";
import type { NodeType, SparkVersion } from "../../workspace/clusters.ts";
import type { Workspace } from "../../workspace/workspace.ts";

interface CallOptions {
  readonly signal: AbortSignal;
}

/** The node type to take. Throws `not_found` in a workspace that offers none. */
export async function chooseNodeType(workspace: Workspace, options: CallOptions): Promise<string> {
  const best = smallestUseful(await workspace.clusters.nodeTypes(options));
  if (best !== undefined) return best.nodeTypeId;
  throw new MortarError("not_found", "The workspace offers no node type for a cluster", {
    hint: "Give node_type_id, or use serverless compute.",
  });
}

/** The Spark version to take. Throws `not_found` in a workspace that offers none. */
export async function chooseSparkVersion(workspace: Workspace, options: CallOptions): Promise<string> {
  const best = newestLongTerm(await workspace.clusters.sparkVersions(options));
  if (best !== undefined) return best.key;
  throw new MortarError("not_found", "The workspace offers no Spark version for a cluster", {
    hint: "Give spark_version, or use serverless compute.",
  });
}

const usefulCores = 4;
const usefulMemoryMb = 14_000;

/** Four cores and 14 GB where there is such a node, with a local disk (others need volumes configured), no GPU. */
export function smallestUseful(types: readonly NodeType[]): NodeType | undefined {
  const plain = types.filter((type) => !type.deprecated && !type.hidden && type.gpus === 0);
  const withDisk = plain.filter((type) => type.localDisks > 0 || type.localDiskGb > 0);
  const candidates = withDisk.length > 0 ? withDisk : plain;
  const useful = candidates.filter((type) => type.cores >= usefulCores && type.memoryMb >= usefulMemoryMb);
  return (useful.length > 0 ? useful : candidates).toSorted(bySize)[0];
}

function bySize(left: NodeType, right: NodeType): number {
  return (
    left.cores - right.cores || left.memoryMb - right.memoryMb || left.nodeTypeId.localeCompare(right.nodeTypeId, "en")
  );
}

const special = /-(?:ml|gpu|photon|aarch64|hls|cpu|light|snapshot)\b|^apache-spark-|-esr-/;

/** The newest version marked LTS; without one, the newest that is no beta. */
export function newestLongTerm(versions: readonly SparkVersion[]): SparkVersion | undefined {
  const plain = versions.filter(({ key, name }) => !special.test(key) && /^\d+\.\d+/.test(key) && !/\bML\b/.test(name));
  const longTerm = plain.filter(({ name }) => /\bLTS\b/.test(name));
  const steady = plain.filter(({ name }) => !/beta/i.test(name));
  const candidates = [longTerm, steady, plain].find((list) => list.length > 0) ?? [];
  return candidates.toSorted((left, right) => compareVersions(right.key, left.key))[0];
}

function compareVersions(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = numbersOf(left);
  const [rightMajor = 0, rightMinor = 0] = numbersOf(right);
  return leftMajor - rightMajor || leftMinor - rightMinor || left.localeCompare(right, "en");
}

function numbersOf(key: string): number[] {
  return (/^(\d+)\.(\d+)/.exec(key) ?? []).slice(1).map(Number);
}

/** The attributes of a cluster that a policy fixes or gives a default for: what need not be chosen. */
export function policyAttributes(definition: string | undefined): ReadonlySet<string> {
  const parsed = readDefinition(definition);
  const given = Object.entries(parsed).filter(
    ([, rule]) => isObject(rule) && (rule["type"] === "fixed" || rule["defaultValue"] !== undefined),
  );
  return new Set(given.map(([attribute]) => attribute));
}

function readDefinition(definition: string | undefined): JsonObject {
  if (definition === undefined) return {};
  try {
    const parsed = parseJson(definition);
    return isObject(parsed) ? (parsed as JsonObject) : {};
  } catch {
    return {};
  }
}
