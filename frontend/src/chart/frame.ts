// The frame: panels that share one window of time, one cursor, and one address.

import { onTheme } from '../colours';
import { figure, now, one, repeatedly } from '../page';
import { moment, startOfDay } from '../time';
import type { ChartData, Panel } from './data';
import { Reader, isEmpty, momentOf, stepAt } from './data';
import { listen } from './keys';
import { digitsFor } from './legend';
import { clear, sayEmpty, sayFailed } from './messages';
import { PanelView } from './panel';
import type { Span } from './span';
import { fromAddress, moved, scaled, toAddress, usual, within } from './span';
import { Strip } from './strip';

const DAY = 86_400;
/** How long a window has to stay before values are asked for: not at each move of a finger. [ms] */
const MOVING = 60;

/** A chart of one asset. */
export class Frame {
  private readonly element: HTMLElement;
  private readonly plots: HTMLElement;
  readonly zone: string;
  private readonly reader: Reader;
  private readonly strip: Strip;
  readonly panels: PanelView[];
  private span: Span;
  private cursor: number | null = null;
  private period: ChartData | undefined;
  private detail: ChartData | undefined;
  private asked = 0;
  private waiting = 0;
  private readonly onChange: (frame: Frame) => void;

  constructor(element: HTMLElement, onChange: (frame: Frame) => void) {
    this.element = element;
    this.onChange = onChange;
    this.plots = one('.plots', element);
    this.zone = element.dataset.zone!;
    this.span = fromAddress(this.usual());
    this.reader = new Reader(element.dataset.url!);
    this.strip = new Strip(one('.span', element), this.zone, (span) => this.choose(span, false));
    const events = { zoom: (span: Span) => this.choose(span), stretch: (span: Span) => this.choose(span, false), point: (instant: number | null) => this.point(instant), reset: () => this.choose(this.usual()) };
    this.panels = [...this.plots.querySelectorAll<HTMLElement>('.panel')].map((panel) => new PanelView(panel, this.zone, events));
    this.listen();
  }

  private usual(): Span {
    return usual(Number(this.element.dataset.before ?? '36'), Number(this.element.dataset.after ?? '36'));
  }

  get window(): Span {
    return this.span;
  }

  /** The values behind the panels. */
  get data(): ChartData | undefined {
    return this.detail;
  }

  /** Show another window, and state it in the address. */
  choose(span: Span, push = true): void {
    this.span = within(span);
    toAddress(this.span, this.zone, push);
    this.follow();
  }

  /** Load what the window needs and show it. */
  async load(): Promise<void> {
    const asked = ++this.asked;
    this.element.classList.add('busy');
    try {
      const [start, end] = this.extent();
      const width = this.plots.clientWidth;
      const period = (await this.reader.read(start, end, width))!;
      const detail = period.panels.some((panel) => panel.bucketed) ? (await this.reader.read(...this.around(), width))! : period;
      if (asked !== this.asked) return;
      [this.period, this.detail] = [period, detail];
      this.show();
    } catch (error) {
      if (asked === this.asked) sayFailed(this.element, error, () => void this.load());
    } finally {
      if (asked === this.asked) this.element.classList.remove('busy');
    }
  }

  /** Look for new values; nothing moves if there are none. */
  async renew(): Promise<void> {
    const { period, detail, asked } = this;
    if (!period || !detail) return this.load();
    try {
      const width = this.plots.clientWidth;
      const fresh = await this.reader.read(period.start, period.end, width, true);
      const near = detail === period ? fresh : await this.reader.read(detail.start, detail.end, width, true);
      if (asked !== this.asked || (!fresh && !near)) return;
      this.period = fresh ?? period;
      this.detail = detail === period ? this.period : (near ?? detail);
      this.show();
    } catch (error) {
      sayFailed(this.element, error, () => void this.load());
    }
  }

  /** Show other values of the same panels, such as those of another time. */
  showAs(data: ChartData): void {
    this.asked += 1;
    this.detail = data;
    if (this.period) this.show();
  }

  private show(): void {
    const { period, detail, span } = this;
    if (!period || !detail) return;
    for (const view of this.panels) {
      const panel = detail.panels.find(({ key }) => key === view.element.dataset.panel);
      view.element.hidden = !panel;
      if (panel) view.show(panel, span);
    }
    this.strip.show(period, span);
    clear(this.element);
    if (isEmpty(detail)) sayEmpty(this.element, this.zone, detail.last, (instant) => this.choose([instant - DAY, instant + DAY / 2]));
    this.point(this.cursor);
    this.onChange(this);
  }

  /** Show the window with what is loaded; load more if that does not hold it. */
  private follow(): void {
    for (const view of this.panels) view.window(this.span);
    this.strip.mark(this.span);
    this.onChange(this);
    const [start, end] = this.span;
    const holds = (data: ChartData | undefined) => data !== undefined && data.start <= start && data.end >= end;
    const fine = this.detail === this.period || (this.detail !== undefined && this.detail.end - this.detail.start < 4 * (end - start) + DAY);
    window.clearTimeout(this.waiting);
    if (!holds(this.period) || !holds(this.detail) || !fine) this.waiting = window.setTimeout(() => void this.load(), MOVING);
  }

  /** The period of the strip: whole days around the window. */
  private extent(): Span {
    const [start, end] = this.span;
    const days = Math.min(60, Math.max(6, Math.ceil((end - start) / DAY)));
    return [startOfDay(start, this.zone, -days), startOfDay(end, this.zone, Math.ceil(days / 3) + 1)];
  }

  private around(): Span {
    const [start, end] = this.span;
    const air = (end - start) / 2;
    return [startOfDay(start - air, this.zone), startOfDay(end + air, this.zone, 1)];
  }

  private point(instant: number | null): void {
    this.cursor = instant;
    const told = instant ?? this.lastTold();
    for (const view of this.panels) view.point(instant, told);
  }

  /** The instant that legends tell of when the cursor is away: the last measurement, now, or the end of what is visible. */
  private lastTold(): number {
    const lead = this.detail?.panels[0];
    const measured = lead?.series.find(({ role }) => role === 'measured')?.values ?? [];
    const last = measured.findLastIndex((value) => value !== null);
    const instant = lead && last >= 0 ? lead.start + (last + 0.5) * lead.step : now();
    return Math.min(Math.max(instant, this.span[0]), this.span[1] - 1);
  }

  private listen(): void {
    listen(this.plots, {
      step: (by) => this.stepCursor(by), move: (by) => this.choose(moved(this.span, by)),
      scale: (factor) => this.choose(scaled(this.span, this.cursor ?? (this.span[0] + this.span[1]) / 2, factor)),
      reset: () => this.choose(this.usual()), toNow: () => this.toNow(),
    });
    window.addEventListener('popstate', () => { this.span = fromAddress(this.usual()); this.follow(); });
    onTheme(() => this.redraw());
    let width = this.plots.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(this.plots.clientWidth - width) < 2) return;
      width = this.plots.clientWidth;
      this.redraw();
    }).observe(this.plots);
    repeatedly(15, () => this.panels.forEach((view) => view.refresh()));
  }

  private redraw(): void {
    for (const view of this.panels) view.rebuild(this.span);
    if (this.period) this.strip.show(this.period, this.span);
    this.point(this.cursor);
  }

  /** Move the window so that now is in its middle. */
  toNow(): void {
    const half = (this.span[1] - this.span[0]) / 2;
    this.choose([now() - half, now() + half]);
  }

  private stepCursor(by: number): void {
    const panel = this.detail?.panels[0];
    if (!panel) return;
    const from = this.cursor ?? this.lastTold();
    const step = Math.floor((from - panel.start) / panel.step) + by;
    const instant = panel.start + (step + 0.5) * panel.step;
    if (instant < this.span[0] || instant > this.span[1]) this.choose(moved(this.span, by * panel.step), false);
    this.point(instant);
    one('[aria-live]', this.element).textContent = this.spoken(panel, step);
  }

  private spoken(lead: Panel, place: number): string {
    const instant = lead.start + place * lead.step;
    const parts = (this.detail?.panels ?? []).flatMap((panel) => {
      const step = stepAt(panel, instant);
      return panel.series.flatMap((series) => {
        const value = step < 0 ? null : series.values[step];
        return value === null || value === undefined ? [] : [`${series.name} ${figure(value, digitsFor(panel))} ${panel.unit}`];
      });
    });
    return `${moment(momentOf(lead, place), this.zone)}. ${parts.join(', ') || `No values of ${lead.title.toLowerCase()}`}`;
  }
}
