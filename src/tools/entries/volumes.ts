// The toolset volumes: its tools by name, in the order in which they are listed. Made by the tests of the golden files.
import type { ToolsetEntries } from "../entry.ts";

export const volumesEntries: ToolsetEntries = {
  usual: [
    ["list_volumes", "read", "List volumes"],
    ["list_volume_files", "read", "List files of a volume"],
    ["get_volume_file_info", "read", "Get a file's or folder's facts"],
    ["read_volume_file", "read", "Read a text file of a volume"],
    ["upload_to_volume", "destructive", "Upload to a volume", "local"],
    ["download_from_volume", "destructive", "Download from a volume", "local"],
    ["create_volume_folder", "write", "Create a folder in a volume"],
    ["delete_volume_path", "destructive", "Delete in a volume"],
  ],
};
