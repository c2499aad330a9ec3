/* htmx: no eval, no injected styles (CSP), the CSRF token of the page, 422 answers swapped in, focus on errors. */
(function () {
  "use strict";
  if (window.htmx) {
    htmx.config.allowEval = false;
    htmx.config.includeIndicatorStyles = false;
    htmx.config.historyCacheSize = 0;
    htmx.config.scrollIntoViewOnBoost = false;
    htmx.config.responseHandling = [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "(409|412|422)", swap: true, error: false },
      { code: "[45]..", swap: false, error: true },
    ];
  }
  /* The cookie first: signing in again in another tab changes the key, and this page must go on working. */
  function token() {
    var cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    var field = document.querySelector('meta[name="csrf-token"]');
    return cookie ? decodeURIComponent(cookie[1]) : field ? field.content : "";
  }
  document.addEventListener("submit", function (event) {
    var field = event.target.elements ? event.target.querySelector('input[name="csrfmiddlewaretoken"]') : null;
    if (field) { field.value = token() || field.value; }
  }, true);
  window.pmo = window.pmo || {};
  window.pmo.csrfToken = token;
  /* Translated words, put into the page by the tag js_words. */
  var words = null;
  window.pmo.word = function (key) {
    if (!words) { var data = document.getElementById("js-words"); words = data ? JSON.parse(data.textContent) : {}; }
    return words[key] || key;
  };
  /* A short message in the corner; text only. */
  window.pmo.toast = function (text, tone) {
    var area = document.getElementById("toasts");
    if (!area) { return; }
    var box = document.createElement("div");
    box.className = "notice is-" + (tone || "info");
    box.textContent = text;
    area.append(box);
    setTimeout(function () { box.remove(); }, tone === "error" ? 15000 : 6000);
  };
  function focusErrors(scope) {
    var target = (scope || document).querySelector("[data-focus]");
    if (target) { target.focus(); }
  }
  document.addEventListener("htmx:configRequest", function (event) { event.detail.headers["X-CSRFToken"] = token(); });
  document.addEventListener("htmx:beforeRequest", function () { document.body.classList.add("is-loading"); });
  document.addEventListener("htmx:afterRequest", function () { document.body.classList.remove("is-loading"); });
  document.addEventListener("htmx:afterSettle", function (event) { focusErrors(event.detail.elt); });
  document.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    var text = window.pmo.word(status === 403 ? "forbidden" : status === 503 ? "unavailable" : "server_failed");
    window.pmo.toast(text, "error");
  });
  document.addEventListener("htmx:sendError", function () { window.pmo.toast(window.pmo.word("no_connection"), "error"); });
  document.addEventListener("DOMContentLoaded", function () { focusErrors(document); });
  if (document.readyState !== "loading") { focusErrors(document); }
})();
