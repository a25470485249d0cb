// What a connection that never gave an answer failed of: in words, with what to do about it.

export interface NetworkFault {
  /** Continues "Cannot reach HOST: ". */
  readonly says: string;
  readonly hint: string;
  /** `not-sent`: nothing went out. `network`: it may have been received. `final`: trying again gives the same. */
  readonly kind: "not-sent" | "network" | "final";
  /** The system's or Bun's own code, or empty. */
  readonly code: string;
}

interface NetworkRule extends Omit<NetworkFault, "code"> {
  readonly codes: RegExp;
}

const networkRules: readonly NetworkRule[] = [
  {
    codes: /^(?:ENOTFOUND|EAI_\w+|DNS\w*)$/i,
    kind: "not-sent",
    says: "its name is unknown",
    hint: "Check the host for a typing mistake, and the network, VPN and proxy (HTTPS_PROXY, NO_PROXY).",
  },
  {
    codes: /^(?:ECONNREFUSED|ConnectionRefused|FailedToOpenSocket|EHOSTUNREACH|ENETUNREACH)$/i,
    kind: "not-sent",
    says: "it refuses the connection",
    hint: "Check the host and port, and the network, VPN and proxy (HTTPS_PROXY, NO_PROXY).",
  },
  {
    codes: /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|SIGNATURE|HOSTNAME/i,
    kind: "final",
    says: "its certificate is not trusted",
    hint: "If your company inspects TLS, put its certificate into the system's store or name its file in NODE_EXTRA_CA_CERTS.",
  },
  {
    codes: /^(?:EPROTO|ERR_SSL|ERR_TLS|Malformed_HTTP|InvalidHTTP|ERR_INVALID_URL)/i,
    kind: "final",
    says: "it does not speak HTTP as expected",
    hint: "Check the host, its port, and whether it is https:// or http://.",
  },
];

const brokenConnection: Omit<NetworkRule, "codes"> = {
  kind: "network",
  says: "the connection broke",
  hint: "Check the network, VPN and proxy (HTTPS_PROXY, NO_PROXY), and try again.",
};

/** Names what fetch threw. */
export function networkFault(thrown: unknown): NetworkFault {
  const code = thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
  const { kind, says, hint } = networkRules.find(({ codes }) => codes.test(code)) ?? brokenConnection;
  return { kind, says, hint, code };
}
