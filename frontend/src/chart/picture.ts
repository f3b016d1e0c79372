// The frame as a picture: title, panels, and what the lines mean.

import { colour } from '../colours';
import { save } from '../page';
import type { PanelView } from './panel';

const HEAD = 64;
const LABEL = 26;

/** Save all panels as one PNG. */
export function savePicture(title: string, subtitle: string, panels: PanelView[], name: string): void {
  const drawn = panels.flatMap((view) => (view.canvas && view.panel ? [{ canvas: view.canvas, panel: view.panel }] : []));
  const ratio = devicePixelRatio;
  const sheet = document.createElement('canvas');
  sheet.width = Math.max(...drawn.map(({ canvas }) => canvas.width));
  sheet.height = HEAD * ratio + drawn.reduce((sum, { canvas }) => sum + canvas.height + LABEL * ratio, 0);
  const context = sheet.getContext('2d')!;
  const write = (text: string, y: number, weight: number, size: number, style: string) => {
    context.font = `${weight} ${size * ratio}px "Inter Variable", sans-serif`;
    context.fillStyle = colour(style);
    context.fillText(text, 14 * ratio, y);
  };
  context.fillStyle = colour('card');
  context.fillRect(0, 0, sheet.width, sheet.height);
  write(title, 28 * ratio, 650, 18, 'ink');
  write(subtitle, 50 * ratio, 400, 12, 'ink2');
  let y = HEAD * ratio;
  for (const { canvas, panel } of drawn) {
    const lines = panel.series.map((series) => series.name).join(' · ');
    write(`${panel.title} (${panel.unit}): ${lines}`, y + 16 * ratio, 600, 12, 'ink2');
    context.drawImage(canvas, 0, y + LABEL * ratio);
    y += canvas.height + LABEL * ratio;
  }
  sheet.toBlob((blob) => { if (blob) save(blob, name); }, 'image/png');
}
