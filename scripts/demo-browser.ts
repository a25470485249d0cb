// Does in the demo what a person does at sign-in: reads the consent page, fills in its form, follows where it leads.
const [address, code] = [process.argv[2], process.env["DEMO_SIGN_IN_CODE"]];
if (address === undefined || code === undefined) throw new Error("usage: DEMO_SIGN_IN_CODE=... demo-browser URL");
await allow(new URL(address), code);

/** Opens the sign-in page, types the code, presses Allow, and goes back to the program that asked. */
export async function allow(page: URL, signInCode: string): Promise<void> {
  const shown = await fetch(page);
  const request = /name="request" value="([^"]+)"/.exec(await shown.text())?.[1];
  if (request === undefined) throw new Error(`no consent form at the sign-in address: ${shown.status}`);
  const cookie = shown.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  const target = new URL("/oidc/v1/authorize", page);
  const answer = await fetch(target, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: target.origin, cookie },
    body: new URLSearchParams({ request, code: signInCode, decision: "allow" }),
  });
  const callback = answer.headers.get("location");
  if (callback === null) throw new Error(`the sign-in was not allowed: ${answer.status}`);
  await fetch(callback);
}
