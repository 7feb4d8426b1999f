// What the page asks of the simulator, and the simulator's time.

export async function post(path, body) {
  const resp = await fetch('/sim/' + path, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  if (!resp.ok) throw new Error((await resp.text()).trim());
  return resp.json();
}

export async function get(path) {
  const resp = await fetch('/sim/' + path);
  if (!resp.ok) throw new Error((await resp.text()).trim());
  return resp.json();
}

// In Beijing, whatever zone the browser is in.
const shift = 8 * 3600 * 1000;
const two = (n) => String(n).padStart(2, '0');

// parts of an instant in milliseconds.
export function parts(ms) {
  const d = new Date(ms + shift);
  return {
    year: d.getUTCFullYear(), month: d.getUTCMonth() + 1, day: d.getUTCDate(), weekday: '日一二三四五六'[d.getUTCDay()],
    clock: two(d.getUTCHours()) + ':' + two(d.getUTCMinutes()), second: two(d.getUTCSeconds()),
    days: Math.floor((ms + shift) / 86400000),
  };
}

// label is how a chat writes the time of a message.
export function label(ms, nowMs) {
  const at = parts(ms);
  const now = parts(nowMs);
  if (at.days === now.days) return at.clock;
  if (at.days === now.days - 1) return '昨天 ' + at.clock;
  const date = at.month + '月' + at.day + '日 ' + at.clock;
  return at.year === now.year ? date : at.year + '年' + date;
}

// local is the value of a datetime-local field, and instant its inverse.
export function local(ms) {
  return new Date(ms + shift).toISOString().slice(0, 19);
}

export function instant(value) {
  return (value.length === 16 ? value + ':00' : value) + '+08:00';
}

// next is the next time at which the clock shows hh:mm.
export function next(hhmm, nowMs) {
  const [h, m] = hhmm.split(':').map(Number);
  let ms = parts(nowMs).days * 86400000 + (h * 60 + m) * 60000 - shift;
  if (ms <= nowMs) ms += 86400000;
  return instant(local(ms));
}

// element makes an element with a class and text children, never markup.
export function element(name, className, ...children) {
  const e = document.createElement(name);
  if (className) e.className = className;
  e.append(...children);
  return e;
}

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', '#' + name);
  svg.append(use);
  return svg;
}
