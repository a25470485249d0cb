// User name and password, which workspaces of today refuse and old ones still take.
import { hostOf, lacks, type Strategy } from "../strategy.ts";

export const open: Strategy = async (context) => {
  const { config } = context;
  const username = config.get("username");
  const password = config.secret("password");
  if (hostOf(context, "basic") === undefined) return undefined;
  if (username === undefined || password === undefined) {
    if (context.chosen) throw lacks(context, "basic", "username and password are needed");
    return undefined;
  }
  const pair = Buffer.from(`${username}:${password.reveal()}`, "utf8").toString("base64");
  return { headers: () => Promise.resolve({ Authorization: `Basic ${pair}` }) };
};
