// The bell: how much is unread, the feed behind it, and whether this browser is told when nobody is there.

import { element, reconcile, setText } from './dom.js';
import { placeOf } from './own-notifications.js';
import { ago } from './times.js';

const DEVICE_KEY = 'confab.push';
const SVG = 'http://www.w3.org/2000/svg';
const OUTLINE = 'M12 3a6 6 0 0 0-6 6v4l-2 3v1h16v-1l-2-3V9a6 6 0 0 0-6-6zm-2 15.5a2 2 0 0 0 4 0';

export class BellView {
  #button = element('button', 'quiet bell');
  #count = element('span', 'count');
  #dialog = element('dialog', 'card feed');
  #list = element('ul', 'feed-list');
  #empty = element('p', 'empty', 'Nothing yet.');
  #switch = element('button', 'quiet');
  #own;
  #kept;

  /** `beside` is the form that the bell hangs in; `own` an `OwnNotifications`. */
  constructor({ beside, own, kept = localStorage }) {
    this.#own = own;
    this.#kept = kept;
    this.#button.id = 'bell';
    this.#button.type = 'button';
    this.#button.setAttribute('aria-haspopup', 'dialog');
    this.#button.append(drawBell(), this.#count);
    this.#button.onclick = () => this.#open();
    const all = element('button', 'quiet', 'Mark all as read');
    all.type = 'button';
    all.onclick = () => this.#attempt(own.readAll());
    const close = element('button', 'quiet', 'Close');
    close.type = 'button';
    close.onclick = () => this.#dialog.close();
    this.#switch.type = 'button';
    this.#switch.onclick = () => this.#attempt(this.#toggle());
    this.#dialog.setAttribute('aria-label', 'Notifications');
    this.#dialog.append(element('h2', '', 'Notifications'), this.#empty, this.#list, all, this.#switch, close);
    beside.append(this.#button);
    document.body.append(this.#dialog);
    this.render();
    // The login may be another one by now, and so may the browser's address.
    if (this.#device && window.Notification?.permission === 'granted') this.#attempt(this.#subscribe(this.#device));
  }

  /** Who signs out takes the device along: it goes with the login. */
  close() {
    this.#kept.removeItem(DEVICE_KEY);
    this.#button.remove();
    this.#dialog.remove();
  }

  render() {
    const { items, unread } = this.#own;
    setText(this.#count, unread > 0 ? String(unread) : '');
    this.#count.hidden = unread === 0;
    this.#button.setAttribute('aria-label', unread > 0 ? `Notifications, ${unread} unread` : 'Notifications');
    this.#empty.hidden = items.length > 0;
    reconcile(
      this.#list,
      items.map((item) => ({ ...item, key: item.id, stamp: `${item.text} ${item.read_at}` })),
      (item) => this.#item(item),
    );
    this.#switch.hidden = !('serviceWorker' in navigator && 'PushManager' in window);
    setText(this.#switch, this.#device ? 'Do not notify this browser' : 'Notify this browser when I am away');
  }

  #item(item) {
    const button = element('button', item.read_at ? 'quiet' : 'quiet unread', element('span', '', item.text));
    button.append(' ', element('small', 'hint', ago(item.created_at)));
    button.type = 'button';
    button.onclick = () => {
      const place = placeOf(item);
      this.#dialog.close();
      if (place) location.hash = place;
      if (!item.read_at) this.#attempt(this.#own.readOne(item.id));
    };
    return element('li', '', button);
  }

  #open() {
    this.#attempt(this.#own.read());
    this.#dialog.showModal();
  }

  get #device() {
    return this.#kept.getItem(DEVICE_KEY);
  }

  async #toggle() {
    if (this.#device) {
      await this.#own.unsubscribe(await navigator.serviceWorker.ready, this.#device);
      this.#kept.removeItem(DEVICE_KEY);
    } else if ((await window.Notification.requestPermission()) === 'granted') {
      const id = `web-${crypto.randomUUID()}`;
      await this.#subscribe(id);
      this.#kept.setItem(DEVICE_KEY, id);
    } else {
      throw new Error('The browser does not allow it.');
    }
    this.render();
  }

  async #subscribe(id) {
    await navigator.serviceWorker.register('/sw.js');
    await this.#own.subscribe(await navigator.serviceWorker.ready, id);
  }

  async #attempt(work) {
    try {
      await work;
    } catch (error) {
      setText(this.#empty, error.message);
      this.#empty.hidden = false;
    }
  }
}

function drawBell() {
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', OUTLINE);
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');
  picture.append(path);
  return picture;
}
