// The page: a bar with the simulator's clock, and phones side by side.

import { get, instant, local, next, parts, post } from './api.js';
import { Phone } from './phone.js';

const $ = (id) => document.getElementById(id);
const phones = new Map(); // by name, in order
let account;
let events;
let now = 0;

function names() {
  const asked = new URLSearchParams(location.search).get('who');
  const list = asked === null ? account.phones : asked.split(/[,，、]/);
  return [...new Set(list.map((n) => n.trim()).filter(Boolean))];
}

function add(who) {
  if (phones.has(who)) return;
  const phone = new Phone(who, account, remove);
  phones.set(who, phone);
  $('phones').append(phone.root);
  if (now) phone.tick(now);
}

function remove(phone) {
  phones.delete(phone.who);
  phone.root.remove();
  changed();
}

// changed writes the phones into the address and watches these.
function changed() {
  const list = [...phones.keys()];
  const q = list.map(encodeURIComponent).join(',');
  history.replaceState(null, '', q ? '?who=' + q : '?who=');
  $('empty').hidden = list.length > 0;
  watch(list);
}

function watch(list) {
  if (events) events.close();
  events = new EventSource('/sim/events?' + list.map((n) => 'who=' + encodeURIComponent(n)).join('&'));
  events.onopen = () => { $('lost').hidden = true; };
  events.onerror = () => { $('lost').hidden = false; };
  events.addEventListener('clock', (e) => tick(Date.parse(JSON.parse(e.data).now)));
  events.addEventListener('phone', (e) => {
    const state = JSON.parse(e.data);
    const phone = phones.get(state.who);
    if (phone) phone.show(state);
  });
}

function tick(ms) {
  now = ms;
  const p = parts(ms);
  $('now').textContent = `${p.month}月${p.day}日 周${p.weekday} ${p.clock}:${p.second}`;
  const field = $('jump').elements[0];
  if (!field.value) field.value = local(ms).slice(0, 16);
  phones.forEach((phone) => phone.tick(ms));
}

async function move(to) {
  $('jumps').classList.add('busy');
  try {
    tick(Date.parse((await post('clock', to)).now));
    $('jump').elements[0].value = local(now).slice(0, 16);
  } catch (err) {
    phones.forEach((phone) => phone.toast('时钟没有动：' + err.message));
  } finally {
    $('jumps').classList.remove('busy');
  }
}

document.querySelectorAll('[data-advance]').forEach((b) => { b.onclick = () => move({ advance: b.dataset.advance }); });
$('next').onchange = (e) => {
  if (e.target.value) move({ to: next(e.target.value, now) });
  e.target.value = '';
};
$('jump').onsubmit = (e) => { e.preventDefault(); move({ to: instant(e.target.elements[0].value) }); };
$('add').onsubmit = (e) => {
  e.preventDefault();
  const who = e.target.elements.who.value.trim();
  if (!who) return;
  add(who);
  e.target.reset();
  changed();
  phones.get(who).root.scrollIntoView({ behavior: 'smooth', inline: 'center' });
};

account = await get('account');
document.title = account.name + ' · 手机';
$('account').textContent = account.name;
$('jumps').hidden = !account.clock;
names().forEach(add);
changed();
