// The views of a project beside its chat; the code of each is loaded when it is first opened.
import type { ReactNode } from "react";
import type { Project } from "../../contract/api.ts";
import type { ProjectView } from "../router.ts";

/** The view; `onChanged`: the project itself was changed. */
export const viewOf = (_view: ProjectView, _project: Project, _onChanged: () => void): ReactNode => null;
