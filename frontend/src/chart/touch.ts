// Fingers on a plot: one scrolls the page, one that rests first draws a window, and two stretch it.

import type uPlot from 'uplot';
import type { Span } from './span';

const REST = 450;
const STILL = 10;

export interface Touched {
  /** A window was drawn. */
  zoom(span: Span): void;
  /** A window is being stretched. */
  stretch(span: Span): void;
  point(instant: number | null): void;
}

/** Two fingers and the instants below them. */
interface Pinch { instants: [number, number] }

/** Listen to fingers on a plot. */
export function touches(plot: uPlot, events: Touched): void {
  const over = plot.over;
  let resting = 0;
  let begun = 0;
  let from: number | null = null;
  let pinch: Pinch | undefined;
  const place = (touch: Touch): number => Math.min(over.clientWidth, Math.max(0, touch.clientX - over.getBoundingClientRect().left));
  const places = (list: TouchList): [number, number] => {
    const [one, other] = [place(list[0]!), place(list[1]!)];
    return one < other ? [one, other] : [other, one];
  };
  const rest = () => {
    from = begun;
    events.point(plot.posToVal(begun, 'x'));
  };
  const hear = (name: 'touchstart' | 'touchmove' | 'touchend' | 'touchcancel', action: (event: TouchEvent) => void) =>
    over.addEventListener(name, action, { passive: false });

  hear('touchstart', (event) => {
    window.clearTimeout(resting);
    if (event.touches.length === 2) {
      event.preventDefault();
      from = null;
      const [left, right] = places(event.touches);
      pinch = { instants: [plot.posToVal(left, 'x'), plot.posToVal(right, 'x')] };
    } else if (event.touches.length === 1) {
      begun = place(event.touches[0]!);
      resting = window.setTimeout(rest, REST);
    }
  });
  hear('touchmove', (event) => {
    if (pinch && event.touches.length === 2) {
      event.preventDefault();
      events.stretch(stretched(pinch.instants, places(event.touches), over.clientWidth));
    } else if (from !== null) {
      event.preventDefault();
      const to = place(event.touches[0]!);
      plot.setSelect({ left: Math.min(from, to), top: 0, width: Math.abs(to - from), height: over.clientHeight }, false);
    } else if (Math.abs(place(event.touches[0]!) - begun) > STILL) window.clearTimeout(resting);
  });
  const end = (event: TouchEvent) => {
    window.clearTimeout(resting);
    if (event.touches.length < 2) pinch = undefined;
    if (from === null || event.touches.length > 0) return;
    const { left, width } = plot.select;
    from = null;
    event.preventDefault();
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (event.type === 'touchend' && width >= STILL) events.zoom([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
  };
  hear('touchend', end);
  hear('touchcancel', end);
  over.addEventListener('contextmenu', (event) => { if (from !== null) event.preventDefault(); });
}

/** Return the window in which two instants lie at two places of a width. */
export function stretched([early, late]: readonly [number, number], [left, right]: readonly [number, number], width: number): Span {
  const perPixel = (late - early) / Math.max(1, right - left);
  const start = early - left * perPixel;
  return [start, start + width * perPixel];
}
