import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { refusedAddress } from "./address.ts";

describe("addresses that are refused", () => {
  test.each([
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.0.1",
    "168.63.129.16",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::2",
    "::127.0.0.1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::FFFF:10.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2001:10::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fdff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "1",
    "127.1",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "127.0.0.01",
    "2130706433",
    "fe80::1%eth0",
    "1:2:3:4:5:6:7",
    "1::2::3",
    "12345::",
    "2606:4700::1:2:3:4:5:6:7",
    "",
    "example.com",
  ])("%s", (address) => {
    expect(refusedAddress(address)).toBeString();
  });
});

describe("addresses that may be asked", () => {
  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "64:ff9b::808:808",
    "2606:4700::1111",
    "2a00:1450:4001:82b::200e",
    "2001:4860:4860::8888",
    "2001:200::1",
    "2003::1",
    "3ffe::1",
    "3fff:1000::1",
  ])("%s", (address) => {
    expect(refusedAddress(address)).toBeUndefined();
  });
});

// The rules once more, written in another way: as lists of first and last addresses.
const closed: readonly (readonly [string, string])[] = [
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255"],
  ["127.0.0.0", "127.255.255.255"],
  ["169.254.0.0", "169.254.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["192.168.0.0", "192.168.255.255"],
  ["198.18.0.0", "198.19.255.255"],
  ["224.0.0.0", "255.255.255.255"],
];
const number = (text: string): number => text.split(".").reduce((value, part) => value * 256 + Number(part), 0);
const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
const words = (value: number): string => `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;

const closedAddress = fc
  .constantFrom(...closed)
  .chain(([first, last]) => fc.integer({ min: number(first), max: number(last) }));

// Some that are made are none: `::` stands for at least one word.
const ipv6 = fc.ipV6().filter((address) => URL.canParse(`http://[${address}]/`));

describe("properties", () => {
  test("no private IPv4 address passes, in whatever form IPv6 has for it", () => {
    fc.assert(
      fc.property(closedAddress, fc.nat(0xffff), (value, other) => {
        const forms = [
          dotted(value),
          `::ffff:${dotted(value)}`,
          `::ffff:${words(value)}`,
          `0:0:0:0:0:ffff:${words(value)}`,
          `::${dotted(value)}`,
          `::ffff:0:${dotted(value)}`,
          `64:ff9b::${dotted(value)}`,
          `64:ff9b::${words(value).toUpperCase()}`,
          `2002:${words(value)}::`,
          `2002:${words(value)}:${other.toString(16)}::1`,
        ];
        for (const form of forms) expect([form, refusedAddress(form)]).toEqual([form, expect.any(String)]);
      }),
    );
  });

  test("what the URL standard makes of any spelling of a private address is refused", () => {
    fc.assert(
      fc.property(closedAddress, fc.nat(5), (value, form) => {
        const parts = dotted(value).split(".").map(Number);
        const spellings = [
          String(value),
          `0x${value.toString(16)}`,
          `0${value.toString(8)}`,
          parts.map((part) => `0x${part.toString(16)}`).join("."),
          parts.map((part) => `0${part.toString(8)}`).join("."),
          `${parts[0]}.${value & 0xffffff}`,
        ];
        const { hostname } = new URL(`http://${spellings[form]}/`);
        expect([spellings[form], refusedAddress(hostname)]).toEqual([spellings[form], expect.any(String)]);
      }),
    );
  });

  test("an IPv6 address passes only as global unicast", () => {
    fc.assert(
      fc.property(ipv6, (address) => {
        const hostname = new URL(`http://[${address}]/`).hostname.slice(1, -1);
        if (refusedAddress(hostname) === undefined) expect(hostname).toMatch(/^(?:[23][0-9a-f]{3}|64:ff9b:):/);
      }),
    );
  });

  test("an address of any form is judged as its shortest form is", () => {
    fc.assert(
      fc.property(ipv6, (address) => {
        const hostname = new URL(`http://[${address}]/`).hostname.slice(1, -1);
        expect(refusedAddress(address) === undefined).toBe(refusedAddress(hostname) === undefined);
      }),
    );
  });
});
