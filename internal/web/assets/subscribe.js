// The offer of a subscription: shows WeChat's tag, thanks, and goes away where
// WeChat does not draw it.
(function () {
  'use strict';
  var offer = document.getElementById('offer');
  var data = document.currentScript.dataset;
  function away() { offer.hidden = true; }

  if (!window.wx) {
    away();
    return;
  }
  document.addEventListener('WeixinOpenTagsError', away);
  wx.error(away);
  var tag = document.getElementById('subscribe');
  tag.addEventListener('error', away);
  tag.addEventListener('success', function (e) {
    var accepted = String(e.detail && e.detail.subscribeDetails).indexOf('accept') >= 0;
    tag.hidden = accepted;
    document.getElementById('thanks').hidden = !accepted;
  });
  wx.config({
    debug: false,
    appId: data.app,
    timestamp: Number(data.time),
    nonceStr: data.nonce,
    signature: data.signature,
    jsApiList: ['checkJsApi'], // an empty list has kept tags from being drawn
    openTagList: ['wx-open-subscribe']
  });
})();
