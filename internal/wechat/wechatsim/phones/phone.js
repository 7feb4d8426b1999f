// One phone: a person's chat with the account.

import { element, label, parts, post, get } from './api.js';
import { menuTap, rowOf } from './message.js';

const gap = 5 * 60 * 1000; // a chat writes the time again after so long

const reasons = {
  'does not follow': '还没有关注',
  'follows already': '已经关注了',
  'the code has expired': '二维码已过期',
};

export class Phone {
  constructor(who, account, removed) {
    this.who = who;
    this.account = account;
    this.removed = removed;
    this.count = 0; // messages shown
    this.lastAt = 0;
    this.now = 0;
    this.menu = null;
    this.root = document.getElementById('phone').content.cloneNode(true).firstElementChild;
    this.$ = (selector) => this.root.querySelector(selector);
    this.root.setAttribute('aria-label', who + '的手机');
    this.$('.who').textContent = who;
    this.$('.head .name').textContent = account.name;
    this.$('.profile .face').textContent = account.name.slice(0, 1);
    this.$('.profile h2').textContent = account.name;
    this.listen();
    this.mode('write');
  }

  listen() {
    const text = this.$('textarea');
    const on = (selector, f) => this.root.querySelectorAll(selector).forEach((e) => { e.onclick = () => f(e); });
    on('.remove', () => this.removed(this));
    on('.follow', () => this.act('follow', {}));
    on('.leave', () => this.leave());
    on('.scan', () => this.scan());
    on('.tomenu', () => this.mode('menu'));
    on('.towrite', () => { this.mode('write'); text.focus(); });
    on('.more', () => this.drawer(this.$('.drawer').hidden));
    on('.drawer [data-kind]', (e) => this.send(e.dataset.kind));
    on('.back', () => this.closePage());
    this.$('.write').onsubmit = (e) => { e.preventDefault(); this.say(); };
    text.oninput = () => this.typed();
    text.onfocus = () => this.drawer(false);
    text.onkeydown = (e) => {
      if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.say(); }
    };
    this.$('.shade').onclick = (e) => { if (e.target === e.currentTarget) this.sheet(); };
    this.root.addEventListener('keydown', (e) => { if (e.key === 'Escape') { this.sheet(); this.popup(); } });
    this.$('.chat').onclick = () => this.drawer(false);
    document.addEventListener('click', (e) => { if (!this.$('.buttons').contains(e.target)) this.popup(); });
    addEventListener('message', (e) => {
      if (this.frame && e.source === this.frame.contentWindow && e.data && e.data.wechat === 'close') this.closePage();
    });
  }

  // act does something as the person and tells why nothing came of it.
  async act(what, params) {
    try {
      const seen = await post(what, { who: this.who, ...params });
      if (seen.notice) this.toast('回调失败：' + seen.reason);
      else if (seen.reason) this.toast(reasons[seen.reason] || seen.reason);
      return seen;
    } catch (err) {
      this.toast(err.message);
      return null;
    }
  }

  say() {
    const text = this.$('textarea');
    const said = text.value.trim();
    if (!said) return;
    text.value = '';
    this.typed();
    this.act('say', { text: said });
  }

  send(kind) {
    this.drawer(false);
    const place = { latitude: 23.1291, longitude: 113.2644, label: '我的位置' };
    this.act('send', { kind, ...(kind === 'location' ? place : {}) });
  }

  typed() {
    const text = this.$('textarea');
    const any = text.value.trim() !== '';
    this.$('.send').hidden = !any;
    this.$('.more').hidden = any;
    text.style.height = 'auto';
    text.style.height = Math.min(text.scrollHeight, 112) + 'px';
    if (any) this.toEnd();
  }

  // mode is what the foot shows: write or menu.
  mode(what) {
    this.$('.write').hidden = what === 'menu';
    this.$('.menu').hidden = what !== 'menu';
    this.drawer(false);
    this.popup();
  }

  drawer(open) {
    this.$('.drawer').hidden = !open;
    this.$('.more').setAttribute('aria-expanded', open);
    if (open) this.toEnd();
  }

  // show takes what has changed on the phone.
  show(state) {
    this.$('.leave').hidden = !state.following;
    this.root.classList.toggle('stranger', !state.following);
    this.$('.screen > .head .name').textContent = state.typing ? '对方正在输入…' : this.account.name;
    this.$('.webview .name').textContent = state.title || this.account.name;
    const menu = JSON.stringify(state.menu);
    if (menu !== this.menu) {
      this.drawMenu(state.menu);
      this.mode(state.menu.length && (this.menu === null || this.menu === '[]' || !this.$('.menu').hidden) ? 'menu' : 'write');
      this.menu = menu;
    }
    if (state.from === 0 && this.count > 0) this.forget();
    const first = this.count === 0;
    state.messages.forEach((m) => this.add(m));
    if (state.messages.length) this.toEnd(!first);
  }

  forget() {
    this.$('.chat').replaceChildren();
    this.count = this.lastAt = 0;
  }

  add(message) {
    const at = Date.parse(message.at);
    const chat = this.$('.chat');
    if (this.count === 0 || at - this.lastAt >= gap) {
      const time = element('time', 'when', label(at, this.now || at));
      time.dataset.at = at;
      chat.append(time);
    }
    this.lastAt = at;
    this.count++;
    chat.append(rowOf(message, {
      who: this.who, account: this.account.name,
      open: (url) => this.open(url),
      choose: (id, text) => this.act('say', { menu_id: id, text }),
      tap: (href) => this.tap(href),
    }));
  }

  toEnd(smooth) {
    const chat = this.$('.chat');
    chat.scrollTo({ top: chat.scrollHeight, behavior: smooth ? 'smooth' : 'auto' });
  }

  // tick moves the phone's clock; the times in the chat follow the day.
  tick(now) {
    const day = parts(now).days !== parts(this.now).days;
    this.now = now;
    this.$('.status time').textContent = parts(now).clock;
    if (day) this.root.querySelectorAll('.when').forEach((e) => { e.textContent = label(Number(e.dataset.at), now); });
  }

  drawMenu(menu) {
    this.$('.tomenu').hidden = menu.length === 0;
    this.$('.buttons').replaceChildren(...menu.map((b) => {
      const e = element('button', b.sub_button.length ? 'has' : '', b.name);
      e.type = 'button';
      e.onclick = () => (b.sub_button.length ? this.popup(b, e) : this.press(b));
      return element('div', 'cell', e);
    }));
  }

  // popup opens what lies below a button, or closes it.
  popup(button, e) {
    const open = this.$('.popup');
    if (open) open.remove();
    if (!button || (open && open.of === button)) return;
    const list = element('div', 'popup', ...button.sub_button.map((b) => {
      const item = element('button', '', b.name);
      item.type = 'button';
      item.onclick = () => { this.popup(); this.press(b); };
      return item;
    }));
    list.of = button;
    e.parentElement.append(list);
  }

  press(b) {
    this.popup();
    if (b.type === 'view') {
      this.act('view', { url: b.url });
      this.open(b.url);
    } else if (b.key) {
      this.act('tap', { key: b.key });
    } else {
      this.toast('模拟器不支持这种按钮');
    }
  }

  tap(href) {
    const choice = menuTap(href);
    if (choice) this.act('say', choice);
    else if (/^https?:/.test(href)) this.open(href);
    else this.toast(href);
  }

  // open shows a page of the account's site inside the phone; others get a
  // window of their own, for here nobody is signed in to them.
  async open(url) {
    if (!this.account.webview) { window.open(url, '_blank', 'noopener'); return; }
    try {
      const view = await post('webview', { who: this.who, url });
      this.closePage();
      this.frame = element('iframe');
      this.frame.title = '网页';
      this.frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads');
      this.frame.src = view.url;
      this.$('.webview').append(this.frame);
      this.$('.webview').hidden = false;
      this.$('.back').focus({ preventScroll: true });
    } catch {
      this.toast('不是本公众号的网页，已在新窗口打开');
      window.open(url, '_blank', 'noopener');
    }
  }

  closePage() {
    this.$('.webview').hidden = true;
    if (this.frame) this.frame.remove();
    this.frame = null;
  }

  leave() {
    const yes = element('button', 'danger', '不再关注');
    yes.type = 'button';
    yes.onclick = () => { this.sheet(); this.closePage(); this.act('unfollow', {}); };
    const no = element('button', '', '取消');
    no.type = 'button';
    no.onclick = () => this.sheet();
    this.sheet(element('p', '', '不再关注后，将收不到它的消息。'), yes, no);
  }

  // scan offers the codes that are known, and any other by its scene.
  async scan() {
    this.drawer(false);
    const codes = await get('codes').catch(() => []);
    const go = (scene) => {
      this.sheet();
      this.act(this.root.classList.contains('stranger') ? 'follow' : 'scan', { scene });
    };
    const form = element('form', 'other');
    const field = element('input');
    field.placeholder = '二维码的参数';
    field.maxLength = 64;
    field.required = true;
    field.setAttribute('aria-label', '二维码的参数');
    form.append(field, element('button', '', '扫'));
    form.onsubmit = (e) => { e.preventDefault(); go(field.value.trim()); };
    const list = element('div', 'codes', ...codes.map((c) => {
      const b = element('button', '', c.scene);
      if (c.until) b.append(element('small', '', label(Date.parse(c.until), this.now) + ' 前有效'));
      b.type = 'button';
      b.onclick = () => go(c.scene);
      return b;
    }));
    this.sheet(element('h3', '', '扫一扫'), list, form);
    field.focus({ preventScroll: true });
  }

  // sheet slides things up over the screen; without any it goes away.
  sheet(...things) {
    const shade = this.$('.shade');
    shade.hidden = things.length === 0;
    shade.replaceChildren();
    if (things.length) {
      const box = element('div', 'sheet', ...things);
      box.setAttribute('role', 'dialog');
      shade.append(box);
    }
  }

  toast(text) {
    const t = this.$('.toast');
    t.textContent = text;
    t.classList.add('on');
    clearTimeout(this.toastEnd);
    this.toastEnd = setTimeout(() => t.classList.remove('on'), 2800);
  }
}
