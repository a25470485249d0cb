import { describe, expect, test } from "bun:test";
import { feedAddress, parseFeed } from "./feed.ts";

const address = new URL("https://example.com/mortar/latest.json");

describe("feedAddress", () => {
  test("the flag, else the repository's newest release, else none", () => {
    expect(feedAddress("https://mirror.example/feed", "a/b")?.href).toBe("https://mirror.example/feed");
    expect(feedAddress(undefined, "a/b")?.href).toBe("https://github.com/a/b/releases/latest/download/latest.json");
    expect(feedAddress(undefined, undefined)).toBeUndefined();
  });

  test.each(["http://127.0.0.1:8000/x", "http://localhost:1/x", "http://[::1]:1/x"])(
    "%s is on this machine",
    (text) => {
      expect(feedAddress(text, undefined)?.href).toBe(text);
    },
  );

  test.each(["http://example.com/feed", "http://127.0.0.1.evil.example/", "file:///etc/passwd", "feed", ""])(
    "%j is refused",
    (text) => {
      expect(() => feedAddress(text, undefined)).toThrow("not an https address");
    },
  );
});

describe("parseFeed", () => {
  test("a latest.json, its files beside it", () => {
    const release = parseFeed('{"version":"1.2.3","html_url":"https://example.com/page"}', address);
    expect(release.version).toBe("1.2.3");
    expect(release.page).toBe("https://example.com/page");
    expect(release.fileUrl("SHA256SUMS").href).toBe("https://example.com/mortar/SHA256SUMS");
  });

  test.each([
    ["https://files.example/v1", "https://files.example/v1/a.zip"],
    ["v1.2.3/", "https://example.com/mortar/v1.2.3/a.zip"],
    ["/v1", "https://example.com/v1/a.zip"],
  ])("a latest.json with the base %s", (base, url) => {
    expect(parseFeed(JSON.stringify({ version: "1.2.3", base }), address).fileUrl("a.zip").href).toBe(url);
  });

  test("a file's name cannot lead out of the base", () => {
    expect(parseFeed('{"version":"1.2.3"}', address).fileUrl("../../x").href).toBe(
      "https://example.com/mortar/..%2F..%2Fx",
    );
  });

  test("a release of GitHub's API", () => {
    const asset = {
      name: "SHA256SUMS",
      browser_download_url: "https://github.com/a/b/releases/download/v1.2.3/SHA256SUMS",
    };
    const text = JSON.stringify({ tag_name: "v1.2.3", draft: false, prerelease: false, assets: [asset] });
    const release = parseFeed(text, address);
    expect(release.version).toBe("1.2.3");
    expect(release.fileUrl("SHA256SUMS").href).toBe(asset.browser_download_url);
    expect(() => release.fileUrl("other")).toThrow("has no file other");
  });

  test.each([
    ["<html><body>Sign in to the guest network</body></html>", "not JSON"],
    ["", "not JSON"],
    ["[]", "not JSON"],
    ["{}", "no version"],
    ['{"version":7}', "no version"],
    ['{"version":"newest"}', "no version"],
    ['{"version":"1.2.3/../.."}', "no version"],
    ['{"version":"1.2.3","base":7}', "base is no address"],
    ['{"tag_name":"nightly"}', "tag is no version"],
    ['{"tag_name":"v1.2.3","draft":true}', "draft"],
    ['{"message":"API rate limit exceeded"}', "no version"],
  ])("%s", (text, why) => {
    expect(() => parseFeed(text, address)).toThrow(why);
  });
});
