// Skills and shell completion: what was installed is there, and of this version.
import { installedSkills, updateSkills } from "../../skills/manage.ts";
import { orPass, pass, skip, warn, type Check, type Finding } from "../check.ts";

const skills: Check = {
  id: "skills.installed",
  group: "skills",
  title: "Installed skills are there, and current",
  run: async ({ deps, around, signal }) => {
    const installed = await installedSkills(deps);
    if (installed.length === 0) return skip("none is installed; mortar skills install does");
    const options = { deps, signal, version: around.version };
    const changes = await updateSkills(() => true, { ...options, dryRun: true });
    const findings: Finding[] = [];
    const lost = installed.filter(({ present }) => !present).map(({ folder }) => folder);
    const apply = async (): Promise<void> => {
      await updateSkills(() => true, { ...options, signal: AbortSignal.timeout(60_000), dryRun: false });
    };
    const fix = { title: "Bring the skills up to date; what you changed stays", safe: true, apply };
    if (lost.length > 0)
      findings.push(
        warn(`gone: ${some(lost)}`, "mortar skills update forgets them; mortar skills install brings them back", fix),
      );
    const old = changes.filter(({ status }) => status === "updated" || status === "added" || status === "removed");
    if (old.length > 0)
      findings.push(
        warn(`not as this version has them: ${some(old.map(({ name }) => name))}`, "mortar skills update", fix),
      );
    const changed = changes.filter(({ kept }) => kept.some(({ reason }) => reason === "changed"));
    if (changed.length > 0) {
      const kept = `changed by hand: ${some(changed.map(({ name }) => name))}; they stay as they are`;
      findings.push(old.length > 0 ? warn(kept, "Move your own file away, then: mortar skills install") : pass(kept));
    }
    return orPass(findings, `${installed.length} skills`);
  },
};

function some(names: readonly string[]): string {
  const list = [...new Set(names)];
  return list.length > 5 ? `${list.slice(0, 5).join(", ")} and ${list.length - 5} more` : list.join(", ");
}

const completion: Check = {
  id: "completion.installed",
  group: "completion",
  title: "Shell completion is installed, and current",
  run: async ({ around }) => {
    const places = await around.completion();
    const findings = places.flatMap(({ shell, path, state, active, elsewhere, own, install }): Finding[] => {
      const cure = `mortar completion install ${shell}`;
      if (state === "outdated")
        return [
          warn(`${shell}: ${path} is of another version`, cure, {
            title: `Write ${path} anew`,
            safe: true,
            apply: install,
          }),
        ];
      if (state === "foreign")
        return [
          warn(
            `${shell}: ${path} is not ours, and does not complete what this version has`,
            `Move it away, then: ${cure}`,
          ),
        ];
      if (state === "current" && !active)
        return [warn(`${shell}: new shells do not read ${path}`, `mortar completion status says which line to add`)];
      return state === "absent" && own && !elsewhere
        ? [warn(`${shell}, your shell, has none`, cure, { title: `Write ${path}`, safe: false, apply: install })]
        : [];
    });
    const there = places.filter(({ state, elsewhere }) => state === "current" || elsewhere).map(({ shell }) => shell);
    return orPass(findings, there.length === 0 ? "none is installed" : there.join(", "));
  },
};

export const skillChecks: readonly Check[] = [skills];
export const completionChecks: readonly Check[] = [completion];
