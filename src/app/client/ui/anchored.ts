// Where a floating panel lies beside what opened it: in the browser's top layer, turned over where there is no room below.
import { type RefObject, useEffect, useLayoutEffect } from "react";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const gap = 6;
const margin = 8;

/** The place of a panel, in CSS pixels of the window: below the anchor, above it where only there is room, always within. */
export const placeOf = (
  anchor: Box,
  panel: { readonly width: number; readonly height: number },
  options: { readonly align: "start" | "end"; readonly width: number; readonly height: number },
): { readonly left: number; readonly top: number } => {
  const wanted = options.align === "start" ? anchor.left : anchor.left + anchor.width - panel.width;
  const left = Math.max(margin, Math.min(wanted, options.width - panel.width - margin));
  const below = anchor.top + anchor.height + gap;
  const above = anchor.top - gap - panel.height;
  const fits = below + panel.height <= options.height - margin;
  const top = fits || above < margin ? Math.min(below, options.height - panel.height - margin) : above;
  return { left, top: Math.max(margin, top) };
};

export interface Anchored {
  readonly open: boolean;
  readonly anchor: RefObject<HTMLElement | null>;
  readonly panel: RefObject<HTMLElement | null>;
  readonly align: "start" | "end";
  readonly onClose: () => void;
}

/** Shows `panel` (an element with `popover="manual"`) beside `anchor`, and closes it by Esc and by a press elsewhere. */
export const useAnchored = ({ open, anchor, panel, align, onClose }: Anchored): void => {
  useLayoutEffect(() => {
    const element = panel.current;
    if (!open || element === null) return undefined;
    if (!element.matches(":popover-open")) element.showPopover();
    const place = (): void => {
      const box = anchor.current?.getBoundingClientRect();
      if (box === undefined) return;
      const { left, top } = placeOf(box, element.getBoundingClientRect(), {
        align,
        width: document.documentElement.clientWidth,
        height: innerHeight,
      });
      element.style.left = `${left}px`;
      element.style.top = `${top}px`;
    };
    place();
    const sizes = new ResizeObserver(place);
    sizes.observe(element);
    addEventListener("resize", place);
    addEventListener("scroll", place, true);
    return () => {
      sizes.disconnect();
      removeEventListener("resize", place);
      removeEventListener("scroll", place, true);
    };
  }, [open, anchor, panel, align]);

  useEffect(() => {
    if (!open) return undefined;
    const within = (target: EventTarget | null): boolean =>
      target instanceof Node && (panel.current?.contains(target) === true || anchor.current?.contains(target) === true);
    const press = (event: PointerEvent): void => {
      if (!within(event.target)) onClose();
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      onClose();
      anchor.current?.focus();
    };
    addEventListener("pointerdown", press, true);
    addEventListener("keydown", key, true);
    return () => {
      removeEventListener("pointerdown", press, true);
      removeEventListener("keydown", key, true);
    };
  }, [open, anchor, panel, onClose]);
};
