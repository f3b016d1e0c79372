// The frame as a drawing in SVG: sharp at any size, with its text as text.

import { colour } from '../colours';
import { draw, figure, save } from '../page';
import type { Panel, Series, Values } from './data';
import type { PanelView } from './panel';
import { STYLE } from './panel';

const HEAD = 64;
const LABEL = 26;
const GAP = 14;
const FONT = 'Inter, system-ui, sans-serif';

/** Save all panels as one SVG. */
export function saveDrawing(title: string, subtitle: string, panels: PanelView[], name: string): void {
  const drawn = panels.flatMap((view) => (view.shape && view.panel ? [{ shape: view.shape, panel: view.panel, view }] : []));
  const width = Math.max(...drawn.map(({ shape }) => shape.width));
  const height = HEAD + drawn.reduce((sum, { shape }) => sum + shape.height + LABEL + GAP, 0);
  const sheet = draw('svg', { xmlns: 'http://www.w3.org/2000/svg', width: String(width), height: String(height), viewBox: `0 0 ${width} ${height}`, 'font-family': FONT });
  sheet.append(draw('rect', { width: '100%', height: '100%', fill: colour('card') }));
  sheet.append(text(title, 14, 28, 18, 'ink', 'start', '650'), text(subtitle, 14, 50, 12, 'ink2'));
  let top = HEAD;
  for (const { shape, panel, view } of drawn) {
    const lines = panel.series.map((series) => series.name).join(' · ');
    sheet.append(text(`${panel.title} (${panel.unit}): ${lines}`, 14, top + 16, 12, 'ink2', 'start', '600'));
    sheet.append(plotted(shape, panel, view, top + LABEL));
    top += shape.height + LABEL + GAP;
  }
  save(new Blob([new XMLSerializer().serializeToString(sheet)], { type: 'image/svg+xml' }), name);
}

/** Where a plot lies and how values become places. */
export interface Shape {
  width: number;
  height: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
  x(instant: number): number;
  y(value: number): number;
  ticks: { x: [number, string][]; y: number[] };
}

function plotted(shape: Shape, panel: Panel, view: PanelView, top: number): SVGElement {
  const group = draw('g', { transform: `translate(0 ${top})` });
  const { left, right, bottom } = shape;
  for (const value of shape.ticks.y) {
    const y = shape.y(value);
    group.append(line(left, y, right, y, 'grid'), text(figure(value, digits(shape.ticks.y)), left - 6, y + 4, 12, 'ink2', 'end'));
  }
  for (const [instant, label] of shape.ticks.x) {
    const x = shape.x(instant);
    group.append(line(x, shape.top, x, bottom, 'grid'));
    label.split('\n').forEach((row, i) => group.append(text(row, x, bottom + 16 + 14 * i, 12, 'ink2', 'middle')));
  }
  for (const series of view.shown) group.append(...curve(series, panel, shape));
  return group;
}

function curve(series: Series, panel: Panel, shape: Shape): SVGElement[] {
  const tone = colour(series.colour ?? series.role);
  const found: SVGElement[] = [];
  if (series.low && series.high) {
    const area = runs(panel, shape, series.low, series.high).map(([from, to]) => {
      const above = Array.from({ length: to - from + 1 }, (_, k) => step(panel, shape, from + k, series.high![from + k]!)).join('L');
      const below = Array.from({ length: to - from + 1 }, (_, k) => back(panel, shape, to - k, series.low![to - k]!)).join('L');
      return `M${above}L${below}Z`;
    });
    found.push(draw('path', { d: area.join(''), fill: tone, 'fill-opacity': series.area ? '0.85' : '0.2' }));
  }
  if (series.behind) {
    const seen = runs(panel, shape, series.values, series.values).flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, k) => from + k));
    return seen.map((i) => draw('circle', { cx: place(shape.x(panel.start + i * panel.step + (series.behind![i] ?? 0))), cy: place(shape.y(series.values[i]!)), r: '2.6', fill: tone }));
  }
  if (!series.area) {
    const path = runs(panel, shape, series.values, series.values).map(([from, to]) =>
      `M${Array.from({ length: to - from + 1 }, (_, k) => step(panel, shape, from + k, series.values[from + k]!)).join('L')}`);
    const { width, dash } = STYLE[series.role];
    found.push(draw('path', { d: path.join(''), fill: 'none', stroke: tone, 'stroke-width': String(width), ...(dash ? { 'stroke-dasharray': dash.join(' ') } : {}) }));
  }
  return found;
}

const place = (number: number): string => number.toFixed(1);
const at = (panel: Panel, shape: Shape, i: number): string => place(Math.min(shape.right, Math.max(shape.left, shape.x(panel.start + i * panel.step))));
const step = (panel: Panel, shape: Shape, i: number, value: number): string => `${at(panel, shape, i)} ${place(shape.y(value))}L${at(panel, shape, i + 1)} ${place(shape.y(value))}`;
const back = (panel: Panel, shape: Shape, i: number, value: number): string => `${at(panel, shape, i + 1)} ${place(shape.y(value))}L${at(panel, shape, i)} ${place(shape.y(value))}`;

/** Return first and last step of each visible run in which both values are known. */
function runs(panel: Panel, shape: Shape, low: Values, high: Values): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < panel.size; i += 1) {
    const right = shape.x(panel.start + (i + 1) * panel.step);
    const left = shape.x(panel.start + i * panel.step);
    if (low[i] == null || high[i] == null || right < shape.left || left > shape.right) continue;
    const last = found[found.length - 1];
    if (last && last[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  }
  return found;
}

function digits(values: number[]): number {
  return [0, 1, 2, 3, 4].find((count) => values.every((value) => Math.abs(value - Number(value.toFixed(count))) < 1e-9)) ?? 5;
}

function line(x1: number, y1: number, x2: number, y2: number, style: string): SVGElement {
  const [a, b, c, d] = [x1, y1, x2, y2].map(place) as [string, string, string, string];
  return draw('path', { d: `M${a} ${b}L${c} ${d}`, stroke: colour(style), fill: 'none' });
}

function text(words: string, x: number, y: number, size: number, style: string, anchor = 'start', weight = '400'): SVGElement {
  const element = draw('text', { x: place(x), y: place(y), 'font-size': String(size), 'font-weight': weight, 'text-anchor': anchor, fill: colour(style) });
  element.textContent = words;
  return element;
}
