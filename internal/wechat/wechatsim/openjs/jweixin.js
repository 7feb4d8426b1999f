// Stands for WeChat's script of the JS-SDK: wx.config with a signature that is
// checked, and the open tag wx-open-subscribe. It works under a policy without
// inline styles: rules are set as style sheet objects, never as markup.
(function () {
  'use strict';
  if (window.wx && window.wx.config) return;

  const ready = [];
  const failed = [];
  const tags = new Set();
  let result = null; // of wx.config: {errMsg}
  let openTags = [];

  async function post(path, body) {
    const resp = await fetch('/__wechat/' + path, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    });
    if (!resp.ok) throw new Error(path + ': HTTP ' + resp.status);
    return resp.json();
  }

  const documentRead = new Promise((done) => {
    if (document.readyState !== 'loading') done();
    else document.addEventListener('DOMContentLoaded', done);
  });

  const ok = () => result && result.errMsg === 'config:ok';

  const wx = {
    config(options) {
      openTags = options.openTagList || [];
      result = null;
      post('config', {
        appId: options.appId, timestamp: options.timestamp, nonceStr: options.nonceStr, signature: options.signature,
        url: location.pathname + location.search,
      }).catch(() => ({ errMsg: 'config:fail' })).then((answer) => {
        result = answer;
        if (options.debug) console.log(answer.errMsg);
        if (ok()) {
          ready.splice(0).forEach((f) => f());
          tags.forEach(draw);
        } else {
          failed.forEach((f) => f(answer));
        }
      });
    },
    ready(f) { if (ok()) f(); else ready.push(f); },
    error(f) { failed.push(f); if (result && !ok()) f(result); },
    closeWindow() { parent.postMessage({ wechat: 'close' }, '*'); },
    checkJsApi(options) {
      const has = {};
      (options.jsApiList || []).forEach((name) => { has[name] = name in wx; });
      if (options.success) options.success({ errMsg: 'checkJsApi:ok', checkResult: has });
    },
  };
  ['hideMenuItems', 'showMenuItems', 'hideOptionMenu', 'updateAppMessageShareData', 'updateTimelineShareData'].forEach((name) => {
    wx[name] = (options) => { if (options && options.success) options.success({ errMsg: name + ':ok' }); };
  });
  window.wx = window.jWeixin = wx;

  function sheetOf(css) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  }

  // build makes a shadow tree of the account's own markup, which is a template:
  // scripts and handlers are left out, styles are applied as objects.
  function build(tag, markup) {
    const holder = document.createElement('template');
    holder.innerHTML = markup.replace(/(\s)style\s*=/gi, '$1data-wx-style=').replace(/<(\/?)style/gi, '<$1wx-style');
    let css = '';
    holder.content.querySelectorAll('wx-style').forEach((el) => { css += el.textContent; el.remove(); });
    holder.content.querySelectorAll('script').forEach((el) => el.remove());
    holder.content.querySelectorAll('*').forEach((el) => {
      [...el.attributes].filter((a) => /^on/i.test(a.name)).forEach((a) => el.removeAttribute(a.name));
      if (el.dataset.wxStyle) el.style.cssText = el.dataset.wxStyle;
    });
    const shadow = tag.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = [sheetOf(css)];
    shadow.append(holder.content);
    shadow.addEventListener('click', () => ask(tag));
  }

  const defaultButton = '<style>button{border:0;border-radius:8px;padding:10px 24px;font:500 16px/1.4 sans-serif;' +
    'color:#fff;background:#07c160}</style><button>订阅</button>';

  async function draw(tag) {
    await documentRead;
    if (!ok() || !openTags.includes('wx-open-subscribe') || tag.shadowRoot || !tag.isConnected) return;
    // slot="style" stands beside the button, in a template of its own
    const templates = [...tag.querySelectorAll('script[type="text/wxtag-template"], template')];
    build(tag, templates.map((t) => t.innerHTML).join('') || defaultButton);
    tag.dispatchEvent(new CustomEvent('ready'));
  }

  customElements.define('wx-open-subscribe', class extends HTMLElement {
    connectedCallback() { tags.add(this); draw(this); }
    disconnectedCallback() { tags.delete(this); }
  });

  const sheetCSS = `
    :host { position: fixed; inset: 0; z-index: 2147483647; display: flex; align-items: flex-end; background: rgba(0,0,0,.5);
      font: 15px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: rgba(0,0,0,.9); }
    .sheet { box-sizing: border-box; width: 100%; max-height: 80%; overflow: auto; padding: 22px 22px 26px; background: #fff; border-radius: 14px 14px 0 0; }
    .who { margin: 0 0 14px; color: rgba(0,0,0,.55); font-size: 14px; }
    h2 { margin: 0 0 6px; font-size: 18px; font-weight: 600; }
    label { display: flex; align-items: center; gap: 10px; padding: 13px 0; border-bottom: 1px solid rgba(0,0,0,.08); }
    input { appearance: none; flex: none; display: grid; place-items: center; width: 20px; height: 20px; margin: 0; border: 1px solid rgba(0,0,0,.3); border-radius: 50%; }
    input:checked { border-color: #07c160; background: #07c160; }
    input:checked::before { content: ""; width: 9px; height: 4px; border: solid #fff; border-width: 0 0 2px 2px; rotate: -45deg; translate: 0 -1px; }
    .buttons { display: flex; justify-content: center; gap: 14px; margin-top: 26px; }
    button { flex: 0 1 136px; border: 0; border-radius: 8px; padding: 9px 0; font: inherit; font-weight: 600; font-size: 16px; }
    .no { background: #f2f2f2; color: #06ae56; } .yes { background: #07c160; color: #fff; }
    button:focus-visible, input:focus-visible { outline: 2px solid #576b95; outline-offset: 2px; }`;

  function el(name, className, text) {
    const e = document.createElement(name);
    if (className) e.className = className;
    if (text) e.textContent = text;
    return e;
  }

  // choose shows the sheet and returns what was ticked, null for 取消.
  function choose(account, ids, titles) {
    return new Promise((done) => {
      const host = el('div');
      const shadow = host.attachShadow({ mode: 'open' });
      shadow.adoptedStyleSheets = [sheetOf(sheetCSS)];
      const sheet = el('div', 'sheet');
      sheet.setAttribute('role', 'dialog');
      sheet.append(el('p', 'who', account + ' 申请'), el('h2', '', '向你发送以下通知'));
      const boxes = ids.map((id, i) => {
        const label = el('label');
        const box = el('input');
        box.type = 'checkbox';
        box.checked = true;
        label.append(box, titles[i]);
        sheet.append(label);
        return box;
      });
      const close = (chosen) => { host.remove(); done(chosen); };
      const no = el('button', 'no', '取消');
      const yes = el('button', 'yes', '允许');
      no.onclick = () => close(null);
      yes.onclick = () => close(ids.filter((_, i) => boxes[i].checked));
      const buttons = el('div', 'buttons');
      buttons.append(no, yes);
      sheet.append(buttons);
      shadow.append(sheet);
      document.body.append(host);
      yes.focus();
    });
  }

  async function ask(tag) {
    const ids = (tag.getAttribute('template') || '').split(',').map((id) => id.trim()).filter(Boolean);
    try {
      if (!ids.length) throw new Error('no template');
      const { account, titles } = await post('templates', { templates: ids });
      const chosen = (await choose(account, ids, titles)) || [];
      const left = ids.filter((id) => !chosen.includes(id));
      const details = {};
      for (const [templates, accept] of [[chosen, true], [left, false]]) {
        if (!templates.length) continue;
        const answer = await post('subscribe', { templates, accept });
        if (answer.errMsg !== 'subscribe:ok') throw new Error(answer.errMsg);
        Object.assign(details, JSON.parse(answer.subscribeDetails));
      }
      tag.dispatchEvent(new CustomEvent('success', { detail: { errMsg: 'subscribe:ok', subscribeDetails: JSON.stringify(details) } }));
    } catch (err) {
      tag.dispatchEvent(new CustomEvent('error', { detail: { errMsg: 'subscribe:fail ' + err.message, errCode: '10002' } }));
    }
  }
})();
