// Upload: a file can be dropped anywhere on the zone; the field beneath it does the same. The template is that of the sensor.

import { one } from './page';

const zone = one('.drop');
const field = one<HTMLInputElement>('#file');
const chosen = one('#chosen');

function tell(): void {
  const file = field.files?.[0];
  chosen.textContent = file ? `${file.name} (${Math.max(1, Math.round(file.size / 1024))} KB)` : '';
  const most = Number(field.dataset.most);
  field.setCustomValidity(file && file.size > most ? `The file is larger than ${Math.round(most / 1024 / 1024)} MB.` : '');
}

for (const name of ['dragenter', 'dragover'])
  zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add('over'); });
for (const name of ['dragleave', 'drop']) zone.addEventListener(name, () => zone.classList.remove('over'));
zone.addEventListener('drop', (event) => {
  event.preventDefault();
  const files = (event as DragEvent).dataTransfer?.files;
  if (files?.length) { field.files = files; tell(); }
});
field.addEventListener('change', tell);
tell();

const sensor = one<HTMLSelectElement>('#sensor');
const template = one<HTMLAnchorElement>('#template');
sensor.addEventListener('change', () => { template.search = sensor.value ? `?sensor=${sensor.value}` : ''; });
