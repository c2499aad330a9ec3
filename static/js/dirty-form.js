/* form[data-dirty-guard]: leaving the page with unsaved words asks first. Autosaved forms guard themselves. */
(function () {
  "use strict";
  function words(form) { return new URLSearchParams(Array.from(new FormData(form)).map(function (pair) { return [pair[0], pair[1] instanceof File ? pair[1].name : pair[1]]; })).toString(); }
  var started = new WeakMap();
  var leaving = false;
  function start() { document.querySelectorAll("form[data-dirty-guard]").forEach(function (form) { if (!started.has(form)) { started.set(form, words(form)); } }); }
  function dirty() {
    return Array.from(document.querySelectorAll("form[data-dirty-guard]")).some(function (form) {
      if (form.dataset.autosaveUrl) { return form.dataset.autosaveState === "pending"; }
      return started.has(form) && started.get(form) !== words(form);
    });
  }
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", start);
  document.addEventListener("submit", function (event) { if (!event.defaultPrevented) { leaving = true; } });
  window.addEventListener("pageshow", function () { leaving = false; });
  window.addEventListener("beforeunload", function (event) { if (!leaving && dirty()) { event.preventDefault(); } });
})();
