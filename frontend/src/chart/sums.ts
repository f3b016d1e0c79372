// Sums and errors over the visible window: what was realised, what was expected, and how far they are apart.

import type { ChartData, Panel, Values } from './data';
import { stepAt } from './data';
import type { Span } from './span';

export interface Sums {
  /** Unit of the energies, such as MWh. */
  unit: string;
  /** Energy that was measured. */
  realised: number | null;
  /** Energy that was forecast, over the steps that were measured. */
  expected: number | null;
  /** Energy that was measured in the earlier period, of the steps that are measured by now, and what that is called. */
  earlier: number | null;
  earlierName: string;
  /** Energy of the schedule. */
  scheduled: number | null;
  /** What the measured energy was worth at the price of its step; consumption is cost. */
  money: number | null;
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
  const [measured, forecast, schedule] = ['measured', 'forecast', 'schedule'].map((role) => column(power, role)) as [Values, Values, Values];
  const hours = power.step / 3600;
  const pairs = steps.filter((i) => known(measured[i]) && known(forecast[i]));
  const past = steps.filter((i) => known(measured[i]));
  const error = pairs.reduce((total, i) => total + Math.abs(measured[i]! - forecast[i]!), 0);
  const real = Math.abs(total(measured, pairs) ?? 0);
  return {
    unit: `${power.unit}h`,
    realised: times(total(measured, steps), hours),
    expected: times(total(forecast, pairs), hours),
    earlier: times(total(column(power, 'earlier'), past.length ? past : steps), hours),
    earlierName: power.series.find((series) => series.role === 'earlier')?.name ?? '',
    scheduled: times(total(schedule, steps), hours),
    money: times(money(measured, power, column(price, 'price'), price, steps), hours * perPrice(power, price)),
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

function total(values: Values, steps: number[]): number | null {
  const found = steps.map((i) => values[i]).filter(known);
  return found.length ? found.reduce((sum, value) => sum + value, 0) : null;
}

function money(measured: Values, power: Panel, prices: Values, price: Panel | undefined, steps: number[]): number | null {
  if (!price) return null;
  const worth = steps.flatMap((i) => {
    const value = measured[i];
    const each = prices[stepAt(price, power.start + i * power.step)];
    return known(value) && known(each) ? [value * each] : [];
  });
  return worth.length ? worth.reduce((sum, value) => sum + value, 0) : null;
}
