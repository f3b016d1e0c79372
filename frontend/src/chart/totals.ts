// The totals below a chart: of the visible window, as energy, as mean power or as money.

import { figure, one } from '../page';
import type { ChartData } from './data';
import { Reader } from './data';
import type { Frame } from './frame';
import type { Span } from './span';
import { look } from './span';
import type { Sums, Total } from './sums';
import { sums } from './sums';

type Measure = keyof Total;

/** With fewer past steps that have both a measurement and a forecast, errors tell nothing. [%] */
const LEAST = 5;

/** So many pixels that a year in quarters of an hour is not put together. */
const FINEST = 9000;
/** How long a window stays before its values are asked for one by one. [ms] */
const SETTLED = 400;

/** Connect the totals of a chart, if it has any; return what keeps them in step. */
export function totals(chart: HTMLElement, frame: Frame): () => void {
  const place = chart.querySelector<HTMLElement>('.sums');
  if (!place) return () => undefined;
  const choices = [...chart.querySelectorAll<HTMLElement>('[data-totals]')];
  const asked = new URLSearchParams(location.search).get('totals') ?? '';
  let measure = (choices.some(({ dataset }) => dataset.totals === asked) && asked ? asked : 'energy') as Measure;
  const reader = new Reader(chart.dataset.url!);
  let fine: { of: ChartData; window: Span; data: ChartData } | undefined;
  let waiting = 0;
  const refine = async (of: ChartData, window: Span) => {
    const data = await reader.read(Math.floor(window[0]), Math.ceil(window[1]), FINEST).catch(() => null);
    if (!data || of !== frame.data || window !== frame.window) return;
    fine = { of, window, data };
    tell();
  };
  const tell = () => {
    window.clearTimeout(waiting);
    for (const choice of choices) choice.setAttribute('aria-pressed', String(choice.dataset.totals === measure));
    const { data: shown, window: span } = frame;
    if (!shown) return;
    const isFine = fine?.of === shown && fine.window === span;
    if (isCoarse(shown) && !isFine) waiting = window.setTimeout(() => void refine(shown, span), SETTLED);
    const data = isCoarse(shown) && isFine ? fine!.data : shown;
    const found = sums(data, span);
    if (found) write(place, isCoarse(data) ? ofMeans(found) : found, measure, chart.dataset.currency ?? '');
  };
  for (const choice of choices) choice.addEventListener('click', () => {
    measure = choice.dataset.totals as Measure;
    look('totals', measure === 'energy' ? '' : measure);
    tell();
  });
  return tell;
}

const isCoarse = (data: ChartData): boolean => data.panels.some(({ key, bucketed }) => bucketed && (key === 'power' || key === 'price'));

/** Leave out what means of several values cannot tell: errors, and what energy was worth. */
function ofMeans(found: Sums): Sums {
  const { realised, expected, earlier, scheduled } = found;
  const [a, b, c, d] = [realised, expected, earlier, scheduled].map((total) => ({ ...total, money: null })) as [Total, Total, Total, Total];
  return { ...found, realised: a, expected: b, earlier: c, scheduled: d, mae: null };
}

function write(place: HTMLElement, found: Sums, measure: Measure, currency: string): void {
  const fine = found.unit === 'kW' ? 1 : 3;
  const unit = { energy: `${found.unit}h`, power: found.unit, money: currency }[measure];
  const digits = { energy: Math.min(fine, 2), power: fine, money: 2 }[measure];
  const said = (value: number | null, count: number, name: string) => (value === null ? '–' : `${figure(value, count)} ${name}`);
  const share = `${figure(found.coverage, 0)} %`;
  const tells = found.mae !== null && found.coverage >= LEAST;
  const texts: Record<string, string> = {
    realised: said(found.realised[measure], digits, unit),
    scheduled: said(found.scheduled[measure], digits, unit),
    earlier: said(found.earlier[measure], digits, unit),
    expected: said(found.expected[measure], digits, unit),
    money: said(found.realised.money, 2, currency),
    mae: tells ? said(found.mae, fine, found.unit) : '–',
    wape: tells ? said(found.wape, 1, '%') : '–',
    coverage: tells ? share : found.coverage < LEAST ? `not available: ${share} coverage` : 'zoom in for errors',
  };
  const earlier = one('[data-earlier]', place);
  earlier.hidden = !found.earlierName;
  one('dt', earlier).textContent = found.earlierName;
  for (const item of place.querySelectorAll<HTMLElement>('[data-sum]')) item.textContent = texts[item.dataset.sum!] ?? '–';
}
