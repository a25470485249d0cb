// The toolset volumes as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createVolumeFolder from "./create_volume_folder.json";
import deleteVolumePath from "./delete_volume_path.json";
import downloadFromVolume from "./download_from_volume.json";
import getVolumeFileInfo from "./get_volume_file_info.json";
import listVolumeFiles from "./list_volume_files.json";
import listVolumes from "./list_volumes.json";
import readVolumeFile from "./read_volume_file.json";
import uploadToVolume from "./upload_to_volume.json";

export const volumesGolden: readonly ListedTool[] = [
  listVolumes,
  listVolumeFiles,
  getVolumeFileInfo,
  readVolumeFile,
  uploadToVolume,
  downloadFromVolume,
  createVolumeFolder,
  deleteVolumePath,
];
