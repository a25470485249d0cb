// Which network addresses a page may be fetched from: public ones alone. What a page or a prompt asks for must not reach
// this machine, its network, or the cloud's metadata.

/** Why an address is refused, in a few words; undefined for one that may be asked. `address` is IPv4 or IPv6 text. */
export function refusedAddress(address: string): string | undefined {
  const four = parseIpv4(address);
  if (four !== undefined) return refusedIpv4(four);
  const six = parseIpv6(address);
  return six === undefined ? "it is no address" : refusedIpv6(six);
}

interface Range {
  readonly start: number;
  readonly bits: number;
  readonly what: string;
}

const range = (text: string, bits: number, what: string): Range => ({ start: parseIpv4(text) ?? 0, bits, what });

// IANA, "IPv4 Special-Purpose Address Registry"; metadata addresses of clouds first, for they have a better word.
const ipv4Ranges: readonly Range[] = [
  range("169.254.169.254", 32, "the cloud's metadata"),
  range("169.254.170.2", 32, "the cloud's metadata"),
  range("168.63.129.16", 32, "the cloud's metadata"),
  range("100.100.100.200", 32, "the cloud's metadata"),
  range("192.0.0.192", 32, "the cloud's metadata"),
  range("0.0.0.0", 8, "this machine"),
  range("10.0.0.0", 8, "a private network"),
  range("100.64.0.0", 10, "a private network"),
  range("127.0.0.0", 8, "this machine"),
  range("169.254.0.0", 16, "the local link"),
  range("172.16.0.0", 12, "a private network"),
  range("192.0.0.0", 24, "a reserved address"),
  range("192.0.2.0", 24, "an address for documentation"),
  range("192.31.196.0", 24, "a reserved address"),
  range("192.52.193.0", 24, "a reserved address"),
  range("192.88.99.0", 24, "a relay of 6to4"),
  range("192.168.0.0", 16, "a private network"),
  range("192.175.48.0", 24, "a reserved address"),
  range("198.18.0.0", 15, "a network for measurements"),
  range("198.51.100.0", 24, "an address for documentation"),
  range("203.0.113.0", 24, "an address for documentation"),
  range("224.0.0.0", 4, "a multicast group"),
  range("240.0.0.0", 4, "a reserved address"),
];

function refusedIpv4(address: number): string | undefined {
  return ipv4Ranges.find(({ start, bits }) => address >>> (32 - bits) === start >>> (32 - bits))?.what;
}

/** Four decimal numbers, as systems and the URL standard write them; other spellings are no address here. */
function parseIpv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (parts === undefined || parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith("0")))) {
    return undefined;
  }
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

/**
 * Only global unicast (2000::/3) may be asked at all, and of that neither what stands for an IPv4 address nor what is
 * set apart (IANA, "IPv6 Special-Purpose Address Registry"). An address that stands for an IPv4 one is judged by that.
 */
function refusedIpv6(words: readonly number[]): string | undefined {
  const [first = 0, second = 0] = words;
  // DNS64 gives these for every public site in networks without IPv4 (RFC 6147).
  if (isNat64(words)) return refusedIpv4((words[6] ?? 0) * 65_536 + (words[7] ?? 0));
  const four = embeddedIpv4(words);
  if (four !== undefined) return refusedIpv4(four) ?? "an IPv4 address in the clothes of IPv6";
  if (first === 0xfd00 && second === 0xec2) return "the cloud's metadata";
  if (words.every((word) => word === 0)) return "this machine";
  if (words.slice(0, 7).every((word) => word === 0) && words[7] === 1) return "this machine";
  if ((first & 0xfe00) === 0xfc00) return "a private network";
  if ((first & 0xffc0) === 0xfe80) return "the local link";
  if ((first & 0xffc0) === 0xfec0) return "a private network";
  if ((first & 0xff00) === 0xff00) return "a multicast group";
  if ((first & 0xe000) !== 0x2000) return "a reserved address";
  // Teredo, ORCHID, benchmarking and others of 2001::/23.
  if (first === 0x2001 && second < 0x200) return "a reserved address";
  if (first === 0x2001 && second === 0xdb8) return "an address for documentation";
  if (first === 0x3fff && second < 0x1000) return "an address for documentation";
  return undefined;
}

/** 64:ff9b::/96, RFC 6052. */
function isNat64([a, b, ...rest]: readonly number[]): boolean {
  return a === 0x64 && b === 0xff9b && rest.slice(0, 4).every((word) => word === 0);
}

/** Mapped (::ffff:0:0/96), translated (::ffff:0:0:0/96), compatible (::/96), local NAT64 (64:ff9b:1::/48) and 6to4 (2002::/16). */
function embeddedIpv4(words: readonly number[]): number | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = words;
  const low = g * 65_536 + h;
  if (a === 0x2002) return b * 65_536 + c;
  if (a === 0x64 && b === 0xff9b) return low;
  if (a !== 0 || b !== 0 || c !== 0 || d !== 0) return undefined;
  if (e === 0xffff && f === 0) return low;
  if (e !== 0) return undefined;
  // ::, ::1 and their like are of IPv6 itself.
  return f === 0xffff || (f === 0 && low > 0xffff) ? low : undefined;
}

/** The eight words of an IPv6 address; a zone (`%eth0`) makes it one of a link, which is none that we know. */
function parseIpv6(text: string): readonly number[] | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const four = dotted === null ? undefined : parseIpv4(dotted[2] ?? "");
  if (dotted !== null && four === undefined) return undefined;
  const plain =
    four === undefined ? text : `${dotted?.[1] ?? ""}${(four >>> 16).toString(16)}:${(four & 0xffff).toString(16)}`;
  const halves = plain.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const words = [...head, ...Array<string>(missing).fill("0"), ...tail];
  return words.every((word) => /^[0-9a-f]{1,4}$/i.test(word))
    ? words.map((word) => Number.parseInt(word, 16))
    : undefined;
}
