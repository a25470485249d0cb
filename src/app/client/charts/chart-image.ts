// A chart as a PNG: its drawing with the colours that it has on the page, its title and its legend, twice as fine.

import { paleOpacity, type SeriesLook } from "./chart-look.ts";

const copied = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "font-size",
  "font-family",
  "font-weight",
  "text-anchor",
  "opacity",
] as const;

export interface ImageParts {
  readonly title: string;
  readonly legend: readonly ({ readonly name: string } & SeriesLook)[];
}

const scale = 2;
const lineHeight = 20;
const padding = 16;

/** Draws what `host` shows. Throws an Error that says so where the browser cannot. */
export async function chartImage(host: HTMLElement, { title, legend }: ImageParts): Promise<Blob> {
  // The legend's signs are drawings of the same kind, further down.
  const svg = host.querySelector<SVGSVGElement>(".recharts-wrapper > svg");
  if (svg === null) throw new Error("There is no chart to save.");
  const { width, height } = svg.getBoundingClientRect();
  const style = getComputedStyle(host);
  const colours = { ground: solid(style, "--c-surface"), ink: solid(style, "--c-ink") };
  const drawing = await loaded(standalone(svg, width, height));
  const rows = legend.length < 2 ? [] : legend;
  const above = title === "" ? padding : padding + lineHeight + 8;
  const canvas = document.createElement("canvas");
  canvas.width = (width + padding * 2) * scale;
  canvas.height = (above + height + rows.length * lineHeight + padding * 2) * scale;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser cannot draw images. Take a screenshot instead.");
  context.scale(scale, scale);
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = colours.ink;
  context.font = `600 15px ${style.fontFamily}`;
  context.fillText(title, padding, padding + 14, width);
  context.drawImage(drawing, padding, above, width, height);
  context.font = `13px ${style.fontFamily}`;
  for (const [at, { name, colour, pale }] of rows.entries()) {
    const y = above + height + padding + at * lineHeight;
    context.fillStyle = colour.startsWith("var(") ? solid(style, colour.slice(4, -1)) : colour;
    context.globalAlpha = pale ? paleOpacity : 1;
    context.fillRect(padding, y, 10, 10);
    context.globalAlpha = 1;
    context.fillStyle = colours.ink;
    context.fillText(name, padding + 18, y + 10, width - 18);
  }
  return await new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("The browser made no image of the chart.")) : resolve(blob)),
      "image/png",
    );
  });
}

function solid(style: CSSStyleDeclaration, name: string): string {
  return style.getPropertyValue(name).trim() || "#808080";
}

/** The drawing by itself: without the page's style sheet, so each colour is written into it. */
function standalone(svg: SVGSVGElement, width: number, height: number): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [
    [svg, ...svg.querySelectorAll("*")],
    [copy, ...copy.querySelectorAll("*")],
  ];
  for (const [at, element] of from.entries()) {
    const style = getComputedStyle(element);
    for (const name of copied) to[at]?.setAttribute(name, style.getPropertyValue(name));
    to[at]?.removeAttribute("style");
    to[at]?.removeAttribute("class");
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  return new XMLSerializer().serializeToString(copy);
}

async function loaded(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  try {
    await image.decode();
  } catch {
    throw new Error("The browser could not draw the chart as an image. Save its CSV, or take a screenshot.");
  }
  return image;
}
