// Axes: round local times of the asset's zone below, round values at the left.

import type uPlot from 'uplot';
import { colour } from '../colours';
import { figure } from '../page';
import { clock, day, show, ticks } from '../time';

const FONT = '12px "Inter Variable", system-ui, sans-serif';
const LABEL = 84;
const SHORT_DAY = { day: 'numeric', month: 'short' } as const;
const MIDDLE_DAY = { weekday: 'short', ...SHORT_DAY } as const;
const LONG_DAY = { day: 'numeric', month: 'short', year: 'numeric' } as const;

const widthOf = (plot: uPlot): number => plot.bbox.width / devicePixelRatio;

const isNarrow = (plot: uPlot): boolean => widthOf(plot) < 500;

/** Return the axis of time. */
export function timeAxis(zone: string, onlyDays = false): uPlot.Axis {
  return {
    stroke: () => colour('ink2'), font: FONT, size: onlyDays ? 22 : 40, gap: onlyDays ? 4 : 6,
    grid: { stroke: () => colour('grid'), width: 1 }, ticks: { show: false },
    splits: (plot, _axis, min, max) => {
      const most = Math.max(2, Math.floor(widthOf(plot) / (onlyDays && isNarrow(plot) ? 56 : LABEL)));
      const found = ticks(min, max, zone, onlyDays ? Math.min(most, Math.max(2, Math.floor((max - min) / 86_400))) : most);
      const room = (max - min) / widthOf(plot);
      return found.filter((instant) => instant < max - 24 * room && (!onlyDays || instant > min + 20 * room));
    },
    values: (plot, splits) => (onlyDays ? splits.map((instant) => show(instant, zone, isNarrow(plot) ? SHORT_DAY : MIDDLE_DAY)) : labels(splits, zone)),
  };
}

function labels(splits: number[], zone: string): string[] {
  const wholeDays = splits.length > 1 && splits[1]! - splits[0]! >= 80_000;
  return splits.map((instant, i) => {
    const date = day(instant, zone);
    if (wholeDays) return splits[splits.length - 1]! - splits[0]! > 180 * 86_400 ? show(instant, zone, LONG_DAY) : date;
    return i === 0 || day(splits[i - 1]!, zone) !== date ? `${clock(instant, zone)}\n${date}` : clock(instant, zone);
  });
}

/** Return the axis of values. */
export function valueAxis(): uPlot.Axis {
  return {
    stroke: () => colour('ink2'), font: FONT, size: 48, gap: 6, space: 30,
    grid: { stroke: () => colour('grid'), width: 1 }, ticks: { show: false },
    values: (_plot, splits) => {
      const isExact = (digits: number) => splits.every((value) => Math.abs(value - Number(value.toFixed(digits))) < 1e-9);
      const digits = [0, 1, 2, 3, 4].find(isExact) ?? 5;
      return splits.map((value) => figure(value, digits));
    },
  };
}
