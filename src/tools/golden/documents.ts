// The toolset documents as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createPdf from "./create_pdf.json";

export const documentsGolden: readonly ListedTool[] = [createPdf];
