// The colours and names of a chart's series.

const colours = 6;

export interface SeriesLook {
  readonly colour: string;
  /** The second six are told from the first by broken lines and paler areas. */
  readonly pale: boolean;
}

/** Of what is pale. */
export const paleOpacity = 0.55;

/** Of the series or slice at this place, in light and dark. */
export function lookOf(index: number): SeriesLook {
  return { colour: `var(--c-chart-${(index % colours) + 1})`, pale: index % (colours * 2) >= colours };
}

/** For a legend: a name that is not longer than a line. */
export function shortName(name: string, chars = 40): string {
  return name.length > chars ? `${name.slice(0, chars - 1)}…` : name;
}
