// The toolset secrets: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const secretsEntries: ToolsetEntries = {
  usual: [
    ["list_secret_scopes", "read", "List secret scopes"],
    ["list_secrets", "read", "List secrets of a scope"],
    ["create_secret_scope", "write", "Create a secret scope"],
    ["put_secret", "destructive", "Write a secret"],
    ["put_secret_from_file", "destructive", "Write a secret from a file", "local"],
    ["delete_secret", "destructive", "Delete a secret"],
    ["delete_secret_scope", "destructive", "Delete a secret scope"],
    ["list_secret_access", "read", "List who may use a scope"],
    ["grant_secret_access", "destructive", "Grant use of a secret scope"],
    ["revoke_secret_access", "destructive", "Revoke use of a secret scope"],
  ],
};
