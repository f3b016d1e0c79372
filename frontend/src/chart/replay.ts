// Shows what was known at each time of a while: one answer of the server holds it all, and the slider walks through it.

import { one } from '../page';
import { iso, moment } from '../time';
import type { Frame } from './frame';
import type { Replay } from './known';
import { asKnown } from './known';
import { knownAt, look } from './span';

const TICK = 120;
const WHOLE = 20_000;
/** What of the address says whose values are replayed. */
const CHOICES = ['horizon', 'group', 'market', 'weather', 'source'];

/** The slider below the choices of a chart. */
export class Replayer {
  private replay: Replay | undefined;
  private loaded: readonly [number, number] | undefined;
  private timer = 0;
  private readonly chart: HTMLElement;
  private readonly frame: Frame;
  private readonly bar: HTMLElement;
  private readonly slider: HTMLInputElement;
  private readonly player: HTMLElement;

  constructor(chart: HTMLElement, frame: Frame) {
    this.chart = chart;
    this.frame = frame;
    this.bar = one('.replay', chart);
    this.slider = one<HTMLInputElement>('input', this.bar);
    this.player = one('[data-play]', this.bar);
    one('[data-replay-open]', chart).addEventListener('click', () => void (this.isOpen ? this.close() : this.open()));
    one('[data-replay-close]', this.bar).addEventListener('click', () => this.close());
    this.player.addEventListener('click', () => (this.timer ? this.pause() : this.play()));
    this.slider.addEventListener('input', () => { this.pause(); this.show(); });
  }

  get isOpen(): boolean {
    return !this.bar.hidden;
  }

  /** Go on where the address says. */
  async begin(): Promise<void> {
    if (knownAt() !== null) await this.open();
  }

  /** Keep what is shown in step with the window. */
  follow(): void {
    if (!this.isOpen || !this.loaded) return;
    const [start, end] = this.frame.window;
    if (start >= this.loaded[0] - 1 && end <= this.loaded[1] + 1) return;
    this.loaded = undefined;
    void this.load();
  }

  private async open(): Promise<void> {
    this.bar.hidden = false;
    one('[data-replay-open]', this.chart).setAttribute('aria-expanded', 'true');
    await this.load();
  }

  private close(): void {
    this.pause();
    this.bar.hidden = true;
    this.loaded = undefined;
    one('[data-replay-open]', this.chart).setAttribute('aria-expanded', 'false');
    look('known', '');
    void this.frame.load();
  }

  private async load(): Promise<void> {
    const [start, end] = this.frame.window;
    const query = new URLSearchParams({ start: iso(Math.floor(start), 'UTC'), end: iso(Math.ceil(end), 'UTC') });
    for (const [name, value] of new URLSearchParams(location.search)) if (CHOICES.includes(name) && value) query.set(name, value);
    const answer = await fetch(`${this.chart.dataset.replay}?${query}`, { cache: 'no-cache' });
    if (!answer.ok) {
      this.slider.disabled = true;
      one('output', this.bar).textContent = answer.status === 400 ? 'choose a window of at most 14 days' : 'not available now';
      return;
    }
    this.replay = (await answer.json()) as Replay;
    this.loaded = [start, end];
    this.slider.disabled = false;
    this.slider.max = String(this.replay.size - 1);
    this.slider.value = String(this.place(knownAt() ?? Infinity));
    this.show();
  }

  private place(known: number): number {
    const { start, step, size } = this.replay!;
    return Math.min(size - 1, Math.max(0, Math.round((known - start) / step)));
  }

  private show(): void {
    const { replay, frame } = this;
    if (!replay || !frame.data) return;
    const place = Number(this.slider.value);
    const known = replay.start + place * replay.step;
    const text = moment(known, frame.zone);
    one('output', this.bar).textContent = text;
    this.slider.setAttribute('aria-valuetext', text);
    look('known', iso(known, frame.zone));
    frame.showAs(asKnown(replay, place, frame.data, this.loaded!));
  }

  private play(): void {
    const last = Number(this.slider.max);
    if (Number(this.slider.value) >= last) this.slider.value = '0';
    const stride = Math.max(1, Math.round((last * TICK) / WHOLE));
    this.timer = window.setInterval(() => {
      this.slider.value = String(Math.min(last, Number(this.slider.value) + stride));
      this.show();
      if (Number(this.slider.value) >= last) this.pause();
    }, TICK);
    this.mark(true);
  }

  private pause(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
    this.mark(false);
  }

  private mark(isPlaying: boolean): void {
    this.player.setAttribute('aria-pressed', String(isPlaying));
    one('use', this.player).setAttribute('href', isPlaying ? '#glyph-pause' : '#glyph-play');
  }
}
