// The two namings of tools.
export const namings = ["mortar", "databricks"] as const;

/** Which names are listed: ours, or the older ones. Both can always be called. */
export type Naming = (typeof namings)[number];
