// The volumes toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createVolumeFolder } from "./create-volume-folder.ts";
import { deleteVolumePath } from "./delete-volume-path.ts";
import { downloadFromVolume } from "./download-from-volume.ts";
import { getVolumeFileInfo } from "./get-volume-file-info.ts";
import { listVolumeFiles } from "./list-volume-files.ts";
import { listVolumes } from "./list-volumes.ts";
import { readVolumeFile } from "./read-volume-file.ts";
import { uploadToVolume } from "./upload-to-volume.ts";

export const volumesToolset: readonly Tool[] = [
  listVolumes,
  listVolumeFiles,
  getVolumeFileInfo,
  readVolumeFile,
  uploadToVolume,
  downloadFromVolume,
  createVolumeFolder,
  deleteVolumePath,
];
