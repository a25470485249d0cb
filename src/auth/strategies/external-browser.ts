// The Python SDK's name for a sign-in in the browser: Mortar's own login serves it.
import { MortarError } from "../../platform/errors.ts";
import { loginCommand } from "../login-command.ts";
import { storedSource } from "../refresh.ts";
import { findLogin } from "../stored-login.ts";
import { bearer, hostOf, type Strategy } from "../strategy.ts";

export const open: Strategy = async (context) => {
  const { config, deps } = context;
  const host = hostOf(context, "external-browser");
  if (host === undefined) return undefined;
  const login = await findLogin(deps, config);
  if (login !== undefined) return bearer(storedSource(deps, login));
  throw new MortarError("not_signed_in", `You are not signed in to ${host}${config.suffix()}`, {
    hint: `Run \`${loginCommand({ host, profile: config.profile ?? "" })}\`.`,
  });
};
