// What is drawn under and over the series: bands, the line of zero, and now.

import type uPlot from 'uplot';
import { colour, tint } from '../colours';
import { now } from '../page';
import type { Mark, Panel } from './data';
import { knownAt } from './span';
import { fillBand } from './steps';

const LABEL_FONT = '"Inter Variable", sans-serif';

/** Return a plug-in that draws around the series of a panel. */
export function overlays(panel: () => Panel, isShown: (key: string) => boolean, labelled: boolean): uPlot.Plugin {
  return {
    hooks: {
      drawAxes: (plot) => drawZero(plot),
      drawClear: (plot) => {
        drawMarks(plot, panel().marks ?? [], labelled);
        for (const series of panel().series)
          if (series.low && series.high && isShown(series.key)) fillBand(plot, series.low, series.high, tint(series.colour ?? series.role, series.area ? 0.85 : 0.2));
      },
      draw: (plot) => {
        const known = knownAt();
        drawInstant(plot, now(), labelled && known === null ? 'Now' : '');
        if (known !== null) drawInstant(plot, known, labelled ? 'Known' : '');
      },
    },
  };
}

function drawMarks(plot: uPlot, marks: Mark[], labelled: boolean): void {
  const { left, top, width, height } = plot.bbox;
  const ratio = devicePixelRatio;
  const context = plot.ctx;
  let free = -Infinity;
  context.save();
  context.font = `600 ${11 * ratio}px ${LABEL_FONT}`;
  context.textAlign = 'center';
  for (const { start, end, kind, label } of marks) {
    const [from, to] = [start, end].map((instant) => Math.min(left + width, Math.max(left, plot.valToPos(instant, 'x', true)))) as [number, number];
    if (to - from < 1) continue;
    const tone = kind === 'missed' ? 'ink2' : 'schedule';
    context.fillStyle = tint(tone, 0.12);
    context.fillRect(from, top, to - from, height);
    context.fillStyle = colour(tone);
    context.fillRect(from, top, to - from, 3 * ratio);
    const middle = (from + to) / 2;
    const half = context.measureText(label).width / 2;
    const hides = Math.abs(middle - plot.valToPos(now(), 'x', true)) < half + 24 * ratio;
    if (!labelled || hides || middle - half < Math.max(free, left) || middle + half > left + width) continue;
    context.fillText(label, middle, top - 5 * ratio);
    free = middle + half + 6 * ratio;
  }
  context.restore();
}

function drawZero(plot: uPlot): void {
  const y = Math.round(plot.valToPos(0, 'y', true)) + 0.5;
  const { left, top, width, height } = plot.bbox;
  if (y <= top || y >= top + height - 1) return;
  line(plot, colour('ink3'), 0.55, [left, y], [left + width, y]);
}

function line(plot: uPlot, style: string, alpha: number, [x0, y0]: [number, number], [x1, y1]: [number, number], dash: number[] = []): void {
  const context = plot.ctx;
  context.save();
  context.strokeStyle = style;
  context.globalAlpha = alpha;
  context.lineWidth = devicePixelRatio;
  context.setLineDash(dash.map((length) => length * devicePixelRatio));
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
  context.restore();
}

function drawInstant(plot: uPlot, instant: number, label: string): void {
  const { left, top, width, height } = plot.bbox;
  const x = Math.round(plot.valToPos(instant, 'x', true)) + 0.5;
  if (x < left || x > left + width) return;
  line(plot, colour('ink2'), 1, [x, top], [x, top + height], [2, 3]);
  if (!label) return;
  const context = plot.ctx;
  const ratio = devicePixelRatio;
  context.save();
  context.font = `600 ${11 * ratio}px ${LABEL_FONT}`;
  const wide = context.measureText(label).width + 12 * ratio;
  context.fillStyle = colour('ink');
  context.beginPath();
  context.roundRect(x - wide / 2, top - 18 * ratio, wide, 17 * ratio, 4 * ratio);
  context.fill();
  context.fillStyle = colour('card');
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(label, x, top - 9 * ratio);
  context.restore();
}
