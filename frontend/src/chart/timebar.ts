// Chooses the window: presets, earlier, later, now, or typed times.

import { now, one } from '../page';
import { dated, moment, readWall, writeWall } from '../time';
import type { Frame } from './frame';
import { share } from './share';
import { moved } from './span';

/** Connect the time bar of the page with its frame; return what keeps it in step. */
export function timebar(bar: HTMLElement, frame: Frame): () => void {
  const shift = (direction: number) => {
    const [start, end] = frame.window;
    frame.choose(moved(frame.window, (direction * (end - start)) / 2));
  };
  one('[data-shift="-1"]', bar).addEventListener('click', () => shift(-1));
  one('[data-shift="1"]', bar).addEventListener('click', () => shift(1));
  one('[data-now]', bar).addEventListener('click', () => frame.toNow());
  const presets = [...bar.querySelectorAll<HTMLElement>('[data-hours]')];
  for (const preset of presets) preset.addEventListener('click', () => {
    const [start, end] = frame.window;
    const half = Number(preset.dataset.hours) * 1800;
    frame.choose([(start + end) / 2 - half, (start + end) / 2 + half]);
  });
  typed(frame, one('.range', bar));
  share(frame);
  return () => {
    const [start, end] = frame.window;
    one('.range', bar).textContent = `${moment(start, frame.zone)} – ${dated(end, frame.zone, now())}`;
    for (const preset of presets)
      preset.setAttribute('aria-pressed', String(Math.abs(Number(preset.dataset.hours) * 3600 - (end - start)) < 120));
  };
}

function typed(frame: Frame, range: HTMLElement): void {
  const dialog = one<HTMLDialogElement>('#window');
  const form = one<HTMLFormElement>('form', dialog);
  const field = (name: string) => one<HTMLInputElement>(`[name="${name}"]`, form);
  range.addEventListener('click', () => {
    [field('start').value, field('end').value] = [writeWall(frame.window[0], frame.zone), writeWall(frame.window[1], frame.zone)];
    one('.problem', form).textContent = '';
    dialog.showModal();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const [start, end] = [readWall(field('start').value, frame.zone), readWall(field('end').value, frame.zone)];
    if (!(end > start)) {
      one('.problem', form).textContent = 'The end should be after the start.';
      return;
    }
    frame.choose([start, end]);
    dialog.close();
  });
}
