// Sums and errors over the visible window: what was realised, what was expected, and how far they are apart.

import type { ChartData, Panel, Values } from './data';
import { stepAt } from './data';
import type { Span } from './span';

/** What power adds up to. */
export interface Total {
  /** In the unit of the power times hours, such as MWh. */
  energy: number | null;
  /** Mean over the known steps, in the unit of the power. */
  power: number | null;
  /** At the price of each step, over the steps of which that is known. */
  money: number | null;
}

export interface Sums {
  /** Unit of the power, such as MW. */
  unit: string;
  /** What was measured. */
  realised: Total;
  /** What was forecast of the steps that were measured. */
  expected: Total;
  /** What was measured in the earlier period, of the steps that are measured by now, and what that is called. */
  earlier: Total;
  earlierName: string;
  scheduled: Total;
  /** Mean absolute error, in the unit of the power. */
  mae: number | null;
  /** Weighted absolute percentage error. [%] */
  wape: number | null;
  /** Share of past steps that have both a measurement and a forecast. [%] */
  coverage: number;
}

/** Return the sums over the steps of power that begin in a window. */
export function sums(data: ChartData, [start, end]: Span): Sums | null {
  const power = data.panels.find((panel) => panel.key === 'power');
  if (!power) return null;
  const price = data.panels.find((panel) => panel.key === 'price');
  const steps = indices(power, start, end);
  const column = (panel: Panel | undefined, role: string): Values => panel?.series.find((series) => series.role === role)?.values ?? [];
  const [measured, forecast, schedule, earlier] = ['measured', 'forecast', 'schedule', 'earlier'].map((role) => column(power, role)) as [Values, Values, Values, Values];
  const prices = column(price, 'price');
  const priced = (i: number): number | null => (price ? (prices[stepAt(price, power.start + i * power.step)] ?? null) : null);
  const perPriced = perPrice(power, price);
  const add = (values: Values, over: number[]): Total => total(values, over, power.step / 3600, (i) => times(priced(i), perPriced));
  const past = steps.filter((i) => known(measured[i]));
  const pairs = past.filter((i) => known(forecast[i]));
  const error = pairs.reduce((sum, i) => sum + Math.abs(measured[i]! - forecast[i]!), 0);
  const real = Math.abs(pairs.reduce((sum, i) => sum + measured[i]!, 0));
  return {
    unit: power.unit,
    realised: add(measured, steps),
    expected: add(forecast, pairs),
    earlier: add(earlier, past.length ? past : steps),
    earlierName: power.series.find((series) => series.role === 'earlier')?.name ?? '',
    scheduled: add(schedule, steps),
    mae: pairs.length ? error / pairs.length : null,
    wape: pairs.length && real > 0 ? (100 * error) / real : null,
    coverage: past.length ? (100 * pairs.length) / past.length : 0,
  };
}

/** Return how many units of energy of a price one step-hour of power is: prices may be per MWh or per kWh. */
function perPrice(power: Panel, price: Panel | undefined): number {
  const inMW: Record<string, number> = { kW: 1e-3, MW: 1, GW: 1e3 };
  return (inMW[power.unit] ?? 1) * (price?.unit.endsWith('/kWh') ? 1000 : 1);
}

const known = (value: number | null | undefined): value is number => value !== null && value !== undefined;
const times = (value: number | null, factor: number): number | null => (value === null ? null : value * factor);

function indices(panel: Panel, start: number, end: number): number[] {
  const first = Math.max(0, Math.ceil((start - panel.start) / panel.step));
  const last = Math.min(panel.size, Math.ceil((end - panel.start) / panel.step));
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
}

function total(values: Values, steps: number[], hours: number, price: (i: number) => number | null): Total {
  let [sum, count, worth, priced] = [0, 0, 0, 0];
  for (const i of steps) {
    const value = values[i];
    if (!known(value)) continue;
    sum += value;
    count += 1;
    const each = price(i);
    if (each === null) continue;
    worth += value * each;
    priced += 1;
  }
  return { energy: count ? sum * hours : null, power: count ? sum / count : null, money: priced ? worth * hours : null };
}
