// As whom a storage credential reaches its cloud. Identities alone: a secret key would stand in the conversation.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";

export const identityInput = {
  aws_iam_role_arn: z.string().min(1).optional(),
  azure_access_connector: z.string().min(1).optional().describe("Resource id of the access connector"),
  gcp_service_account: z.boolean().optional().describe("One that Databricks makes"),
};

interface Identity {
  readonly aws_iam_role_arn?: string | undefined;
  readonly azure_access_connector?: string | undefined;
  readonly gcp_service_account?: boolean | undefined;
}

/** The fields of the body; none where no identity is given. Throws `invalid_input` for more than one. */
export function identityBody({
  aws_iam_role_arn: arn,
  azure_access_connector: connector,
  gcp_service_account: gcp,
}: Identity) {
  const given = {
    ...(arn === undefined ? {} : { aws_iam_role: { role_arn: arn } }),
    ...(connector === undefined ? {} : { azure_managed_identity: { access_connector_id: connector } }),
    ...(gcp === true ? { databricks_gcp_service_account: {} } : {}),
  };
  if (Object.keys(given).length <= 1) return given;
  throw new MortarError("invalid_input", "A storage credential has one identity", {
    hint: "Give one of aws_iam_role_arn, azure_access_connector, gcp_service_account.",
  });
}

export const identitySpellings = { azure_access_connector_id: "azure_access_connector" };
