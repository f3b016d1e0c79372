// The strip below the panels: the whole period, with the visible window on it to drag and to stretch.

import uPlot from 'uplot';
import { colour } from '../colours';
import { make, one } from '../page';
import { moment } from '../time';
import { timeAxis } from './axes';
import type { ChartData, Values } from './data';
import { edges } from './data';
import type { Span } from './span';
import { moved } from './span';
import { steps } from './steps';

const HOUR = 3600;

/** The strip; it tells which window was chosen. */
export class Strip {
  private plot: uPlot | undefined;
  private data: ChartData | undefined;
  private span: Span = [0, 1];
  private readonly window = make('div', {
    class: 'window', tabindex: '0', role: 'slider', 'aria-label': 'Visible window', 'aria-valuemin': '0', 'aria-valuemax': '100',
  }, make('i'), make('i'));
  private readonly element: HTMLElement;
  private readonly zone: string;
  private readonly choose: (span: Span) => void;

  constructor(element: HTMLElement, zone: string, choose: (span: Span) => void) {
    this.element = element;
    this.zone = zone;
    this.choose = choose;
    this.window.addEventListener('keydown', (event) => this.key(event));
    this.window.addEventListener('pointerdown', (event) => this.grab(event));
  }

  /** Show the values of the whole period. */
  show(data: ChartData, span: Span): void {
    this.data = data;
    this.span = span;
    const panel = data.panels[0];
    if (!panel) return;
    const place = one('.plot', this.element);
    this.plot?.destroy();
    const role = (name: string): Values => panel.series.find((series) => series.role === name)?.values ?? Array<null>(panel.size).fill(null);
    const measured = role('measured');
    const ahead = role('forecast').map((value, i) => (measured[i] === null ? value : null));
    const axis = { show: true, size: 48, values: () => [], grid: { show: false }, ticks: { show: false } };
    const line = (stroke: string) => ({ stroke, width: 1, paths: steps(undefined), points: { show: false } });
    this.plot = new uPlot({
      width: place.clientWidth, height: place.clientHeight, padding: [4, 16, 0, 0], legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, min: data.start, max: data.end } }, axes: [timeAxis(this.zone, true), axis],
      series: [{}, line(colour('ink3')), line(colour('forecast')), line(colour('schedule'))],
      hooks: { ready: [() => this.place()] },
    }, [edges(panel), measured, ahead, role('schedule')] as uPlot.AlignedData, place);
    place.append(this.window);
    queueMicrotask(() => this.place());
  }

  /** Move the window. */
  mark(span: Span): void {
    this.span = span;
    this.place();
  }

  private place(): void {
    if (!this.plot || !this.data) return;
    const [start, end] = this.span;
    const area = this.plot.bbox;
    if (!area.width) return;
    const left = area.left / devicePixelRatio;
    const right = left + area.width / devicePixelRatio;
    const at = (instant: number) => Math.min(right, Math.max(left, left + this.plot!.valToPos(instant, 'x')));
    this.window.style.left = `${at(start)}px`;
    this.window.style.width = `${Math.max(8, at(end) - at(start))}px`;
    const share = (100 * ((start + end) / 2 - this.data.start)) / (this.data.end - this.data.start);
    this.window.setAttribute('aria-valuenow', String(Math.round(Math.min(100, Math.max(0, share)))));
    this.window.setAttribute('aria-valuetext', `${moment(start, this.zone)} to ${moment(end, this.zone)}`);
  }

  private key(event: KeyboardEvent): void {
    const by = { ArrowLeft: -HOUR, ArrowRight: HOUR, PageUp: -24 * HOUR, PageDown: 24 * HOUR }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(moved(this.span, by));
  }

  private grab(event: PointerEvent): void {
    if (!this.plot || !this.data) return;
    const handle = [...this.window.children].indexOf(event.target as Element);
    const from = event.clientX;
    const [start, end] = this.span;
    const perPixel = (this.data.end - this.data.start) / (this.plot.bbox.width / devicePixelRatio);
    this.window.setPointerCapture(event.pointerId);
    const drag = (move: PointerEvent) => {
      const by = (move.clientX - from) * perPixel;
      if (handle === 0) this.choose([Math.min(start + by, end - HOUR), end]);
      else if (handle === 1) this.choose([start, Math.max(end + by, start + HOUR)]);
      else this.choose([start + by, end + by]);
    };
    const drop = () => this.window.removeEventListener('pointermove', drag);
    this.window.addEventListener('pointermove', drag);
    this.window.addEventListener('pointerup', drop, { once: true });
    this.window.addEventListener('pointercancel', drop, { once: true });
  }
}
