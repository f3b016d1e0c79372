// One panel of the frame: series of one unit over the shared time.

import uPlot from 'uplot';
import { colour } from '../colours';
import { one } from '../page';
import { timeAxis, valueAxis } from './axes';
import type { Panel, Series } from './data';
import { edges } from './data';
import type { Legend } from './legend';
import { legend } from './legend';
import type { Shape } from './drawing';
import { overlays } from './overlays';
import type { Span } from './span';
import { points, steps, unseen } from './steps';
import { touches } from './touch';

export interface PanelEvents {
  zoom(span: Span): void;
  stretch(span: Span): void;
  point(instant: number | null): void;
  reset(): void;
}

/** How lines of each role are drawn. */
export const STYLE: Record<Series['role'], { width: number; dash?: number[] }> = {
  forecast: { width: 1.5, dash: [5, 4] }, schedule: { width: 2.25 }, measured: { width: 1.75 }, price: { width: 1.75 }, weather: { width: 1.75 }, earlier: { width: 1.5, dash: [1, 3] },
};
const UNSEEN: uPlot.Series = { paths: unseen, points: { show: false } };
/** From back to front. */
const DEPTH: Series['role'][] = ['earlier', 'weather', 'price', 'forecast', 'schedule', 'measured'];

/** A panel that lives in an element with a legend and a place for the plot. */
export class PanelView {
  private plot: uPlot | undefined;
  private legend: Legend | undefined;
  private data: Panel | undefined;
  private drawn: Series[] = [];
  private pointed = false;
  private readonly hidden = new Set<string>();
  readonly element: HTMLElement;
  private readonly zone: string;
  private readonly events: PanelEvents;

  constructor(element: HTMLElement, zone: string, events: PanelEvents) {
    this.element = element;
    this.zone = zone;
    this.events = events;
  }

  get canvas(): HTMLCanvasElement | undefined {
    return this.plot?.ctx.canvas;
  }

  /** Where the plot lies, for those who draw it elsewhere. */
  get shape(): Shape | undefined {
    const plot = this.plot;
    if (!plot || !this.element.checkVisibility()) return undefined;
    const ratio = devicePixelRatio;
    const { left, top, width, height } = plot.bbox;
    const [timeline, scale] = plot.axes as (uPlot.Axis & { _splits?: number[]; _values?: string[] })[];
    const splits = timeline?._splits ?? [];
    return {
      width: plot.width, height: plot.height, left: left / ratio, top: top / ratio, right: (left + width) / ratio, bottom: (top + height) / ratio,
      x: (instant) => plot.valToPos(instant, 'x') + left / ratio, y: (value) => plot.valToPos(value, 'y') + top / ratio,
      ticks: { x: splits.map((instant, i) => [instant, timeline?._values?.[i] ?? '']), y: scale?._splits ?? [] },
    };
  }

  /** The lines that are not hidden, from back to front. */
  get shown(): Series[] {
    return this.drawn.filter((series) => this.isShown(series.key));
  }

  get panel(): Panel | undefined {
    return this.data;
  }

  /** Show other values; the plot is kept if the same series are there. */
  show(panel: Panel, span: Span): void {
    const same = this.data !== undefined && names(this.data) === names(panel);
    this.data = panel;
    this.drawn = panel.series.slice().sort((a, b) => DEPTH.indexOf(a.role) - DEPTH.indexOf(b.role));
    one('small', this.element).textContent = `${panel.unit} · ${panel.note}`;
    if (same && this.plot) {
      this.plot.setData(this.columns(), false);
      this.window(span);
    } else this.rebuild(span);
  }

  /** Draw anew, in the colours and the size of this moment. */
  rebuild(span: Span): void {
    const panel = this.data;
    if (!panel) return;
    this.plot?.destroy();
    const place = one('.plot', this.element);
    this.plot = new uPlot(this.options(place, span), this.columns(), place);
    this.plot.over.addEventListener('dblclick', () => this.events.reset());
    this.plot.over.addEventListener('mouseleave', () => this.events.point(null));
    touches(this.plot, this.events);
    this.legend = legend(one('.legend', this.element), panel, this.zone, (key) => this.isShown(key), (key) => this.toggle(key));
  }

  /** Show another window. */
  window([min, max]: Span): void {
    this.plot?.setScale('x', { min, max });
  }

  /** Point at an instant, or at nothing; the legend then tells the values of another instant. */
  point(instant: number | null, told: number): void {
    if (this.plot && !this.pointed) {
      const left = instant === null ? -10 : this.plot.valToPos(instant, 'x');
      this.plot.setCursor({ left, top: 10 }, false);
    }
    if (this.data) this.legend?.tell(this.data, told);
  }

  /** Draw again what depends on the clock. */
  refresh(): void {
    this.plot?.redraw(false);
  }

  private isShown(key: string): boolean {
    return !this.hidden.has(key);
  }

  private toggle(key: string): void {
    if (!this.hidden.delete(key)) this.hidden.add(key);
    this.plot?.setSeries(this.drawn.findIndex((series) => series.key === key) + 1, { show: this.isShown(key) });
  }

  private columns(): uPlot.AlignedData {
    const panel = this.data!;
    const bands = this.drawn.flatMap((series) => (series.low && series.high ? [series.low, series.high] : []));
    return [edges(panel), ...this.drawn.map((series) => series.values), ...bands] as uPlot.AlignedData;
  }

  private options(place: HTMLElement, [min, max]: Span): uPlot.Options {
    const first = this.element.matches(':first-child');
    const lines = this.drawn.map((series) => this.line(series));
    const bands = this.drawn.flatMap((series) => (series.low ? [UNSEEN, UNSEEN] : []));
    return {
      width: place.clientWidth, height: place.clientHeight, padding: [first ? 20 : 10, 16, 0, 0], legend: { show: false },
      scales: { x: { time: false, min, max }, y: { range: (_plot, low, high) => roomy(low, high) } },
      axes: [timeAxis(this.zone), valueAxis()],
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 4 } },
      series: [{}, ...lines, ...bands],
      plugins: [overlays(() => this.data!, (key) => this.isShown(key), first)],
      hooks: { setCursor: [(plot) => this.moved(plot)], setSelect: [(plot) => this.selected(plot)] },
    };
  }

  private line({ key, role, colour: own, area, behind }: Series): uPlot.Series {
    const tone = colour(own ?? role);
    const drawn = { stroke: tone, ...STYLE[role], points: { show: false }, show: this.isShown(key) };
    if (!behind) return { ...drawn, paths: area ? unseen : steps(STYLE[role].dash) };
    return { ...drawn, fill: tone, paths: (plot, index, from, to) => points(this.drawn[index - 1]?.behind ?? [])(plot, index, from, to) };
  }

  private moved(plot: uPlot): void {
    const left = plot.cursor.left ?? -1;
    this.pointed = left >= 0;
    if (this.pointed) this.events.point(plot.posToVal(left, 'x'));
    this.pointed = false;
  }

  private selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 8) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.events.zoom([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
  }
}

const names = (panel: Panel): string => panel.series.map((series) => `${series.key} ${series.band ?? ''} ${series.behind ? 'points' : ''}`).join('\n');

/** Return a range of values with zero in it and some air. */
function roomy(low: number | null, high: number | null): [number, number] {
  const bottom = Math.min(0, low ?? 0);
  const top = Math.max(0, high ?? 0);
  const air = (top - bottom || 1) * 0.06;
  return [bottom < 0 ? bottom - air : 0, top > 0 || bottom === 0 ? top + air : 0];
}
