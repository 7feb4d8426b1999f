// How a chat shows one message. Text is only ever set as text; of markup in a
// message nothing but links is understood, as in WeChat.

import { element, icon } from './api.js';

const linkForm = /<a\s([^>]*)>([\s\S]*?)<\/a>|https?:\/\/[\w\-.~:/?#@!$&'()*+,;=%[\]]+/gi;
const addressForm = /https?:\/\/[\w\-.~:/?#@!$&'()*+,;=%[\]]+/gi; // all that is a link in what a person writes
const hrefForm = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i;

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescape = (s) => s.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);

// write puts a text with links into an element. tap(href, text) is told of taps.
function write(into, text, tap, form = linkForm) {
  let from = 0;
  for (const m of text.matchAll(form)) {
    const bare = m[1] === undefined;
    const href = bare ? m[0] : ((h) => h && unescape(h[1] ?? h[2]))(hrefForm.exec(m[1]));
    if (!href) continue;
    into.append(text.slice(from, m.index), link(bare ? m[0] : unescape(m[2]), href, tap));
    from = m.index + m[0].length;
  }
  into.append(text.slice(from));
  return into;
}

// link is no button, for a button does not break over lines; its address is
// never followed.
function link(text, href, tap) {
  const a = element('a', 'link', text);
  a.href = '#';
  a.onclick = (e) => { e.preventDefault(); tap(href, text); };
  return a;
}

// menuTap reads a link by which a text offers an answer; null for others.
export function menuTap(href) {
  const m = /^weixin:\/\/bizmsgmenu\?(.*)$/.exec(href);
  if (!m) return null;
  const q = {};
  for (const pair of m[1].split('&')) {
    const i = pair.indexOf('=');
    const value = pair.slice(i + 1);
    try { q[pair.slice(0, i)] = decodeURIComponent(value); } catch { q[pair.slice(0, i)] = value; }
  }
  return { text: q.msgmenucontent || '', menu_id: q.msgmenuid || '' };
}

// rowOf is one message of the chat. see has the names of the account and of the
// person, and is told of taps: open(url), choose(id, text), tap(href, text).
export function rowOf(message, see) {
  if (message.articles) return element('div', 'row wide', articlesOf(message, see));
  if (message.kind === 'card') return element('div', 'row wide', cardOf(message, see));
  const mine = message.via === 'me';
  const face = element('span', 'face ' + (mine ? 'mine' : 'account'), mine ? see.who.slice(-1) : see.account.slice(0, 1));
  const row = element('div', 'row' + (mine ? ' me' : ''), face, bubbleOf(message, see));
  if (message.via === 'notice') row.classList.add('fault');
  return row;
}

function bubbleOf(message, see) {
  const bubble = element('div', 'bubble');
  switch (message.kind) {
    case 'image':
      return element('div', 'picture', icon('picture'));
    case 'video':
    case 'shortvideo':
      return element('div', 'picture video', icon('picture'));
    case 'voice':
      bubble.classList.add('voice');
      bubble.append(icon('voice'), '3″');
      return bubble;
    case 'location':
      return element('div', 'place', element('b', '', message.text || '位置'), element('div', 'map', icon('place')));
    case 'msgmenu':
      if (message.menu) return menuOf(bubble, message.menu, see);
  }
  return write(bubble, message.text, see.tap, message.via === 'me' ? addressForm : linkForm);
}

function menuOf(bubble, menu, see) {
  write(bubble, menu.head_content || '', see.tap);
  const list = element('div', 'choices');
  for (const item of menu.list) list.append(link(item.content, '', () => see.choose(item.id, item.content)));
  bubble.append(list);
  if (menu.tail_content) write(bubble, menu.tail_content, see.tap);
  return bubble;
}

function articlesOf(message, see) {
  return element('div', 'card', ...message.articles.map((a) => {
    const b = element('button', 'article', element('b', '', a.title), element('span', '', a.description || ''));
    b.type = 'button';
    b.onclick = () => a.url && see.open(a.url);
    return b;
  }));
}

// What fields are called where the account has no names of its own for them.
const fieldNames = {
  thing: '内容', short_thing: '类型', time: '时间', date: '日期', name: '姓名', number: '数量', phrase: '状态', amount: '金额',
  character_string: '编号', phone_number: '电话', car_number: '车牌', const: '类别', letter: '代码', symbol: '符号',
};

const fieldName = (name) => fieldNames[name.replace(/\d+$/, '')] || name;

// cardOf is a template or subscription message.
function cardOf(message, see) {
  const { title, url, fields } = message;
  const card = element(url ? 'button' : 'div', 'card notice', element('b', '', title || message.text));
  const rows = element('dl');
  for (const f of fields || []) rows.append(element('dt', '', f.label || fieldName(f.name)), element('dd', '', f.value));
  card.append(rows);
  if (url) {
    card.type = 'button';
    card.append(element('span', 'go', '查看详情'));
    card.onclick = () => see.open(url);
  }
  return card;
}
