// Files as messages show them: images in their place, everything else by name, to be saved.

import { element } from './dom.js';

const KEPT_MAX = 50;
const UNITS = ['bytes', 'KB', 'MB', 'GB'];

/** `1.2 MB` */
export function sizeText(count) {
  let unit = 0;
  let size = count;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}

/** Fetches files with one's token, which an image's address cannot carry; the last ones are kept. */
export class FileShelf {
  #download;
  #addresses = new Map();

  /** `download(id, { thumbnail })` promises the bytes as a Blob: of the file, or of the small image of it. */
  constructor(download) {
    this.#download = download;
  }

  /** Promises an address within this page. */
  address(id, { thumbnail = false } = {}) {
    const key = thumbnail ? `${id}/thumbnail` : id;
    if (!this.#addresses.has(key)) {
      const made = this.#download(id, { thumbnail }).then((blob) => URL.createObjectURL(blob));
      made.catch(() => this.#addresses.delete(key));
      this.#addresses.set(key, made);
      this.#trim();
    }
    return this.#addresses.get(key);
  }

  #trim() {
    for (const [id, made] of this.#addresses) {
      if (this.#addresses.size <= KEPT_MAX) return;
      this.#addresses.delete(id);
      made.then((address) => URL.revokeObjectURL(address)).catch(() => {});
    }
  }
}

/** The files of a message, as nodes; `shelf` is a `FileShelf`. */
export function files(attachments, shelf) {
  const list = element('div', 'files');
  for (const file of attachments) {
    const isImage = file.content_type?.startsWith('image/');
    list.append(isImage ? image(file, shelf) : save(file, shelf));
  }
  return list;
}

/** The small image, and the whole one by a click; the whole one at once where there is no small one. */
function image(file, shelf) {
  const picture = element('img', 'picture');
  picture.alt = file.name || 'Image';
  const whole = () => shelf.address(file.file_id);
  const small = file.thumbnail_url ? shelf.address(file.file_id, { thumbnail: true }) : Promise.reject(new Error());
  small.then(
    (address) => {
      picture.src = address;
      enlarges(picture, whole);
    },
    () => whole().then((address) => (picture.src = address)).catch(() => picture.replaceWith(save(file, shelf))),
  );
  return picture;
}

function enlarges(picture, whole) {
  picture.tabIndex = 0;
  picture.title = 'Show it in full';
  picture.classList.add('small');
  const show = async () => {
    try {
      const full = element('img');
      full.alt = picture.alt;
      full.src = await whole();
      const dialog = element('dialog', 'full-picture', full);
      dialog.setAttribute('aria-label', picture.alt);
      dialog.onclick = () => dialog.close();
      dialog.onclose = () => dialog.remove();
      document.body.append(dialog);
      dialog.showModal();
    } catch {
      picture.title = 'It is not there any more';
    }
  };
  picture.onclick = show;
  picture.onkeydown = (event) => {
    if (event.key === 'Enter') show();
  };
}

function save(file, shelf) {
  const name = file.name || 'a file';
  const button = element('button', 'file', name, element('small', '', sizeText(file.size ?? 0)));
  button.type = 'button';
  button.setAttribute('aria-label', `Save ${name}`);
  button.onclick = async () => {
    button.disabled = true;
    try {
      saveFrom(await shelf.address(file.file_id), name);
      button.disabled = false;
    } catch {
      button.replaceChildren(`${name} is not there any more`);
    }
  };
  return button;
}

function saveFrom(address, name) {
  const link = element('a');
  link.href = address;
  link.download = name;
  link.click();
}

/** Has the browser save bytes that the page has. */
export function saveBlob(blob, name) {
  const address = URL.createObjectURL(blob);
  saveFrom(address, name);
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
