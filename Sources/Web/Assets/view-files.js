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

  /** `download(id)` promises the bytes as a Blob. */
  constructor(download) {
    this.#download = download;
  }

  /** Promises an address within this page. */
  address(id) {
    if (!this.#addresses.has(id)) {
      const made = this.#download(id).then((blob) => URL.createObjectURL(blob));
      made.catch(() => this.#addresses.delete(id));
      this.#addresses.set(id, made);
      this.#trim();
    }
    return this.#addresses.get(id);
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

function image(file, shelf) {
  const made = element('img', 'picture');
  made.alt = file.name || 'Image';
  shelf.address(file.file_id).then(
    (address) => (made.src = address),
    () => made.replaceWith(save(file, shelf)),
  );
  return made;
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
