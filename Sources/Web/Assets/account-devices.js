// Where one is signed in, and ending that.

import { element } from './dom.js';
import { deviceName } from './device-name.js';
import { makeForm } from './form.js';
import { ago } from './times.js';

export const devicesSection = {
  title: 'Devices',
  async draw({ own, act, again }) {
    const devices = await own.devices();
    const error = element('p', 'error');
    error.setAttribute('role', 'alert');
    const list = element('ul', 'member-list', ...devices.map((device) => draw(device, own, again, error)));
    list.setAttribute('aria-label', 'Devices');
    const everywhere = makeForm({
      button: 'Sign out everywhere',
      danger: true,
      submit: async () => {
        await own.endAll();
        act.left('You are signed out on all devices.');
      },
    });
    return [list, error, everywhere];
  },
};

/** How a device is called: by its own name, or by what its client says it is. */
export const titleOf = ({ device, user_agent }) =>
  device || deviceName(user_agent ?? '') || user_agent || 'Unknown device';

function draw(device, own, again, error) {
  const { id, address, last_seen_at, created_at, current } = device;
  const title = titleOf(device);
  const seen = current ? 'this device' : `last seen ${ago(last_seen_at ?? created_at)}`;
  const hint = element('span', 'hint', [seen, address].filter(Boolean).join(' · '));
  const item = element('li', '', element('span', 'member-text', element('strong', '', title), hint));
  if (current) return item;
  const end = element('button', 'quiet', 'Sign out');
  end.type = 'button';
  end.setAttribute('aria-label', `Sign out ${title}`);
  end.onclick = async () => {
    end.disabled = true;
    try {
      await own.endDevice(id);
      again(`${title} is signed out.`);
    } catch (failure) {
      error.textContent = failure.explanation ?? failure.message;
      end.disabled = false;
    }
  };
  item.append(end);
  return item;
}
