// Does in the demo what a person does at sign-in: reads the consent page, fills in its form, follows where it leads.
export {};
const address = process.argv[2];
const code = process.env["DEMO_SIGN_IN_CODE"];
if (address === undefined || code === undefined) throw new Error("usage: DEMO_SIGN_IN_CODE=... demo-browser URL");

const page = await fetch(address);
const html = await page.text();
const request = /name="request" value="([^"]+)"/.exec(html)?.[1];
if (request === undefined) throw new Error(`no consent form at the sign-in address: ${page.status}`);

const cookie = page.headers
  .getSetCookie()
  .map((one) => one.split(";")[0])
  .join("; ");
const target = new URL("/oidc/v1/authorize", address);
const answer = await fetch(target, {
  method: "POST",
  redirect: "manual",
  headers: { "content-type": "application/x-www-form-urlencoded", origin: target.origin, cookie },
  body: new URLSearchParams({ request, code, decision: "allow" }),
});
const callback = answer.headers.get("location");
if (callback === null) throw new Error(`the sign-in was not allowed: ${answer.status}`);
await fetch(callback);
