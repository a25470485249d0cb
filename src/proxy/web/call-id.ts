// Ids of calls: what the workspace calls `toolu_...` is `srvtoolu_...` for the client, and comes back as it was.

const clientPrefix = "srvtoolu_";
const hexPrefix = "srvtoolu_0x";

/** Models that are not Claude name their calls in other ways; the client's ids have letters, digits and `_` alone. */
export function clientId(id: string): string {
  const plain = /^toolu_([A-Za-z0-9_]+)$/.exec(id)?.[1];
  if (plain !== undefined && !plain.startsWith("0x")) return clientPrefix + plain;
  return hexPrefix + Buffer.from(id).toString("hex");
}

/** The workspace's id again. An id that is none of ours stays. */
export function workspaceId(id: string): string {
  if (id.startsWith(hexPrefix)) return Buffer.from(id.slice(hexPrefix.length), "hex").toString("utf8");
  return id.startsWith(clientPrefix) ? `toolu_${id.slice(clientPrefix.length)}` : id;
}
