// Draws values as steps, each over its whole event, and bands as boxes of the same width.

import type uPlot from 'uplot';
import type { Values } from './data';

/** Return what turns instants and values into places on the canvas, without asking the plot for each. */
function placing(plot: uPlot): { x: (instant: number) => number; y: (value: number) => number } {
  const { left, top, width, height } = plot.bbox;
  const { min: start = 0, max: end = 1 } = plot.scales.x!;
  const { min: low = 0, max: high = 1 } = plot.scales.y!;
  return { x: (instant) => left + ((instant - start!) / (end! - start!)) * width, y: (value) => top + height - ((value - low!) / (high! - low!)) * height };
}

/** More steps than this in a pixel are drawn by their range; dashes would not be seen among them. */
const CROWDED = 1.5;

/** Return what draws one series: a value holds until the next edge, a gap stays a gap. */
export const steps = (dash: number[] | undefined): uPlot.Series.PathBuilder => (plot, index, from, to) => {
  const values = plot.data[index]!;
  const first = Math.max(0, from - 1);
  const last = Math.min(to, plot.data[0].length - 2);
  const isCrowded = last - first > (CROWDED * plot.bbox.width) / devicePixelRatio;
  plot.series[index]!.dash = isCrowded ? [] : (dash ?? []);
  const stroke = (isCrowded ? ranges : eachStep)(plot, values, first, last);
  return { stroke, fill: null, clip: null, gaps: null, flags: 0 } as unknown as uPlot.Series.Paths;
};

function eachStep(plot: uPlot, values: uPlot.TypedArray | (number | null | undefined)[], first: number, last: number): Path2D {
  const edges = plot.data[0];
  const { x, y } = placing(plot);
  const stroke = new Path2D();
  for (let i = first; i <= last; i += 1) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    const height = y(value);
    const before = i > first ? values[i - 1] : null;
    if (before === null || before === undefined) stroke.moveTo(x(edges[i]!), height);
    else stroke.lineTo(x(edges[i]!), height);
    stroke.lineTo(x(edges[i + 1]!), height);
  }
  return stroke;
}

/** Draw of each column of pixels where the line comes in, its range, and where it goes out. */
function ranges(plot: uPlot, values: uPlot.TypedArray | (number | null | undefined)[], first: number, last: number): Path2D {
  const edges = plot.data[0];
  const { x, y } = placing(plot);
  const stroke = new Path2D();
  let isDown = false;
  for (let i = first; i <= last; ) {
    const value = values[i];
    if (value === null || value === undefined) { isDown = false; i += 1; continue; }
    const column = Math.round(x(edges[i]!));
    let [least, largest, final] = [value, value, value];
    for (i += 1; i <= last && Math.round(x(edges[i]!)) === column; i += 1) {
      const next = values[i];
      if (next === null || next === undefined) break;
      if (next < least) least = next;
      if (next > largest) largest = next;
      final = next;
    }
    if (isDown) stroke.lineTo(column, y(value));
    else stroke.moveTo(column, y(value));
    stroke.lineTo(column, y(least));
    stroke.lineTo(column, y(largest));
    stroke.lineTo(column, y(final));
    isDown = true;
  }
  return stroke;
}

const RADIUS = 2.6;

/** Return what draws each value of a series as a dot, so long after the start of its step. [s] */
export const points = (behind: Values): uPlot.Series.PathBuilder => (plot, index, from, to) => {
  const edges = plot.data[0];
  const values = plot.data[index]!;
  const dots = new Path2D();
  const radius = RADIUS * devicePixelRatio;
  for (let i = Math.max(0, from - 1); i <= Math.min(to, edges.length - 2); i += 1) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    const x = plot.valToPos(edges[i]! + (behind[i] ?? 0), 'x', true);
    const y = plot.valToPos(value, 'y', true);
    dots.moveTo(x + radius, y);
    dots.arc(x, y, radius, 0, 2 * Math.PI);
  }
  return { stroke: null, fill: dots, clip: null, gaps: null, flags: 0 } as unknown as uPlot.Series.Paths;
};

/** Draw nothing: for values that only widen the range. */
export const unseen: uPlot.Series.PathBuilder = () => null;

/** Fill the room between two series of values: one shape for each run without a gap, so that no seams show. */
export function fillBand(plot: uPlot, low: Values, high: Values, style: string): void {
  const context = plot.ctx;
  context.save();
  context.beginPath();
  context.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
  context.clip();
  context.fillStyle = style;
  context.beginPath();
  for (const [from, to] of runs(plot, low, high)) outline(plot, low, high, from, to);
  context.fill();
  context.restore();
}

/** Return first and last step of each visible run in which both values are known. */
function runs(plot: uPlot, low: Values, high: Values): [number, number][] {
  const edges = plot.data[0];
  const { min = 0, max = 0 } = plot.scales.x!;
  const found: [number, number][] = [];
  for (let i = 0; i < low.length; i += 1) {
    if (low[i] == null || high[i] == null || edges[i + 1]! < min || edges[i]! > max) continue;
    const last = found[found.length - 1];
    if (last && last[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  }
  return found;
}

function outline(plot: uPlot, low: Values, high: Values, from: number, to: number): void {
  const edges = plot.data[0];
  const { x: at, y } = placing(plot);
  const x = (i: number) => at(edges[i]!);
  plot.ctx.moveTo(x(from), y(high[from]!));
  for (let i = from; i <= to; i += 1) { plot.ctx.lineTo(x(i), y(high[i]!)); plot.ctx.lineTo(x(i + 1), y(high[i]!)); }
  for (let i = to; i >= from; i -= 1) { plot.ctx.lineTo(x(i + 1), y(low[i]!)); plot.ctx.lineTo(x(i), y(low[i]!)); }
  plot.ctx.closePath();
}
