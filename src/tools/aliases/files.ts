// Older tools of files: up into the workspace, and in volumes.
import { eras, span } from "./eras.ts";
import type { OlderTool } from "./row.ts";
import { by, to } from "./routers.ts";

const { head, v8, v0, jan1 } = eras;

/** What is in a folder goes straight to the path, where versions differed: the descriptions say so. */
const uploadNamed = to("upload_to_workspace", "local_path=source workspace_path=path overwrite", {
  drops: "max_workers",
});

const toVolume = { drops: "max_workers" };
const volumeList = to("list_volume_files", "volume_path", {
  adapts: { max_results: (value) => ({ limit: Math.min(1000, Math.max(1, Number(value))) }) },
  fixed: { limit: 500 },
});
const volumeDelete = to("delete_volume_path", "volume_path recursive", { drops: "max_workers" });
const volumeInfo = to("get_volume_file_info", "volume_path");
const volumeFolder = to("create_volume_folder", "volume_path");
const download = to("download_from_volume", "volume_path local_path=destination overwrite");

export const fileTools: readonly OlderTool[] = [
  {
    name: "manage_workspace_files",
    generations: span(head),
    toolset: "workspace",
    parameters:
      "action: upload|delete, workspace_path: str, local_path?: str, max_workers: int = 10, overwrite: bool = true, recursive: bool = false",
    does: "Uploads a local file, or what is in a local folder, to workspace_path, or deletes there.",
    router: by("action", {
      upload: uploadNamed,
      delete: to("delete_workspace_path", "workspace_path=path recursive", { drops: "max_workers overwrite" }),
    }),
  },
  {
    name: "upload_to_workspace",
    generations: span(v8),
    toolset: "workspace",
    parameters: "local_path: str, workspace_path: str, max_workers: int = 10, overwrite: bool = true",
    does: "Uploads a local file, or what is in a local folder, to workspace_path.",
    router: uploadNamed,
  },
  {
    name: "delete_from_workspace",
    generations: span(v8),
    toolset: "workspace",
    parameters: "workspace_path: str, recursive: bool = false",
    does: "Deletes a file or folder of the workspace.",
    router: to("delete_workspace_path", "workspace_path=path recursive"),
  },
  {
    name: "upload_folder",
    generations: span(v0, jan1),
    toolset: "workspace",
    parameters: "local_folder: str, workspace_folder: str, max_workers: int = 10, overwrite: bool = true",
    does: "Uploads what is in a local folder into a folder of the workspace.",
    router: to("upload_to_workspace", "local_folder=source workspace_folder=path overwrite", { drops: "max_workers" }),
  },
  {
    name: "upload_file",
    generations: span(v0, jan1),
    toolset: "workspace",
    parameters: "local_path: str, workspace_path: str, overwrite: bool = true",
    does: "Uploads a local file to the workspace.",
    router: to("upload_to_workspace", "local_path=source workspace_path=path overwrite"),
  },
  {
    name: "manage_volume_files",
    generations: span(head),
    toolset: "volumes",
    parameters:
      "action: list|upload|download|delete|mkdir|get_info, volume_path: str, local_path?: str, local_destination?: str, max_results: int = 500, recursive: bool = false, max_workers: int = 4, overwrite: bool = true",
    does: "Lists, uploads, downloads, deletes, makes folders in a volume, or shows a file's facts.",
    router: by("action", {
      list: volumeList,
      upload: to("upload_to_volume", "local_path=source volume_path overwrite", toVolume),
      download: to("download_from_volume", "volume_path local_destination=destination overwrite", toVolume),
      delete: volumeDelete,
      mkdir: volumeFolder,
      get_info: volumeInfo,
    }),
  },
  {
    name: "list_volume_files",
    generations: span(v8, v0),
    toolset: "volumes",
    parameters: "volume_path: str, max_results: int = 500",
    does: "Lists a folder of a volume.",
    router: volumeList,
  },
  {
    name: "upload_to_volume",
    generations: span(v8),
    toolset: "volumes",
    parameters: "local_path: str, volume_path: str, max_workers: int = 4, overwrite: bool = true",
    does: "Uploads local files or folders to a volume.",
    router: to("upload_to_volume", "local_path=source volume_path overwrite", toVolume),
  },
  {
    name: "upload_to_volume",
    generations: span(v0),
    toolset: "volumes",
    parameters: "local_path: str, volume_path: str, overwrite: bool = true",
    does: "Uploads a local file to a volume.",
    router: to("upload_to_volume", "local_path=source volume_path overwrite"),
  },
  {
    name: "download_from_volume",
    generations: span(v8, v0),
    toolset: "volumes",
    parameters: "volume_path: str, local_path: str, overwrite: bool = true",
    does: "Downloads a file of a volume.",
    router: download,
  },
  {
    name: "delete_from_volume",
    generations: span(v8),
    toolset: "volumes",
    parameters: "volume_path: str, recursive: bool = false, max_workers: int = 4",
    does: "Deletes a file or folder of a volume.",
    router: volumeDelete,
  },
  {
    name: "delete_volume_file",
    generations: span(v0),
    toolset: "volumes",
    parameters: "volume_path: str",
    does: "Deletes a file of a volume.",
    router: to("delete_volume_path", "volume_path"),
  },
  {
    name: "delete_volume_directory",
    generations: span(v0),
    toolset: "volumes",
    parameters: "volume_path: str",
    does: "Deletes an empty folder of a volume.",
    router: to("delete_volume_path", "volume_path"),
  },
  {
    name: "create_volume_directory",
    generations: span(v8, v0),
    toolset: "volumes",
    parameters: "volume_path: str",
    does: "Makes a folder in a volume.",
    router: volumeFolder,
  },
  {
    name: "get_volume_file_info",
    generations: span(v8, v0),
    toolset: "volumes",
    parameters: "volume_path: str",
    does: "Shows a file's facts.",
    router: volumeInfo,
  },
];
