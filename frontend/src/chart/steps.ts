// Draws values as steps, each over its whole event, and bands as boxes of the same width.

import type uPlot from 'uplot';
import type { Values } from './data';

/** Draw one series: a value holds until the next edge, a gap stays a gap. */
export const steps: uPlot.Series.PathBuilder = (plot, index, from, to) => {
  const edges = plot.data[0];
  const values = plot.data[index]!;
  const stroke = new Path2D();
  const last = Math.min(to, edges.length - 2);
  for (let i = Math.max(0, from - 1); i <= last; i += 1) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    const y = plot.valToPos(value, 'y', true);
    const before = i > from ? values[i - 1] : null;
    if (before === null || before === undefined) stroke.moveTo(plot.valToPos(edges[i]!, 'x', true), y);
    else stroke.lineTo(plot.valToPos(edges[i]!, 'x', true), y);
    stroke.lineTo(plot.valToPos(edges[i + 1]!, 'x', true), y);
  }
  return { stroke, fill: null, clip: null, gaps: null, flags: 0 } as unknown as uPlot.Series.Paths;
};

/** Draw nothing: for values that only widen the range. */
export const unseen: uPlot.Series.PathBuilder = () => null;

/** Fill the boxes between two series of values. */
export function fillBand(plot: uPlot, low: Values, high: Values, style: string): void {
  const edges = plot.data[0];
  const context = plot.ctx;
  context.save();
  context.beginPath();
  context.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
  context.clip();
  context.fillStyle = style;
  const { min = 0, max = 0 } = plot.scales.x!;
  for (let i = 0; i < low.length; i += 1) {
    const [bottom, top] = [low[i], high[i]];
    if (bottom == null || top == null || edges[i + 1]! < min || edges[i]! > max) continue;
    const left = plot.valToPos(edges[i]!, 'x', true);
    const up = plot.valToPos(top, 'y', true);
    context.fillRect(left, up, plot.valToPos(edges[i + 1]!, 'x', true) - left, plot.valToPos(bottom, 'y', true) - up);
  }
  context.restore();
}
