// The configuration profile for macOS: one payload for Claude Desktop, one for our own helper. Apple: Device Management,
// "Configuring Multiple Devices Using Profiles".
import { appDomain, fleetDomain } from "../platform/managed/managed.ts";
import { writePlist, type PlistDictionary, type PlistValue } from "../platform/managed/xml-plist.ts";
import { Secret } from "../platform/secret.ts";
import { desktopSettings, fleetSettings, type DesktopWish, type Setting } from "./settings.ts";
import { stableUuid } from "./stable-uuid.ts";

/** The text of the `.mobileconfig`. The same wish gives the same bytes. Throws `invalid_input` as `writePlist` does. */
export function mobileConfig(wish: DesktopWish): string {
  const { fleet, connection } = wish;
  const uuid = (part: string): string => stableUuid(part, fleet.host, fleet.profile, connection.kind);
  return writePlist({
    PayloadContent: [
      {
        PayloadType: appDomain,
        PayloadIdentifier: `${appDomain}.settings`,
        PayloadUUID: uuid("app"),
        PayloadVersion: 1,
        PayloadDisplayName: "Claude Desktop",
        ...dictionary(desktopSettings(wish)),
      },
      {
        PayloadType: fleetDomain,
        PayloadIdentifier: `${fleetDomain}.settings`,
        PayloadUUID: uuid("fleet"),
        PayloadVersion: 1,
        PayloadDisplayName: "Databricks Claude Settings",
        ...dictionary(fleetSettings(wish)),
      },
    ],
    PayloadDisplayName: "Claude Desktop Third-Party Inference",
    PayloadDescription: `Claude Desktop on the models of ${fleet.host}`,
    PayloadIdentifier: `${appDomain}.profile`,
    PayloadType: "Configuration",
    PayloadUUID: uuid("profile"),
    PayloadVersion: 1,
    PayloadScope: "User",
  });
}

function dictionary(settings: readonly Setting[]): PlistDictionary {
  return Object.fromEntries(settings.map(({ key, value }) => [key, plistValue(value)]));
}

/** Lists and objects are text here: the app does not read native ones ("Value types" in its reference). */
function plistValue(value: Setting["value"]): PlistValue {
  if (value instanceof Secret) return value.reveal();
  return typeof value === "object" ? JSON.stringify(value) : value;
}
