/* Comparing in pairs: the chosen step in words, a count, and one question at a time.
   Attributes: [data-pair], [data-pair-words], [data-pair-back], [data-pair-next], [data-one-at-a-time], [data-show-pair], [data-compared]. */
(function () {
  "use strict";
  var key = "pmo:one-at-a-time";
  function form() { return document.querySelector("form.judging"); }
  function pairs() { return Array.from(document.querySelectorAll("[data-pair]")); }
  function count() {
    var here = form();
    var words = here && here.querySelector("[data-compared]");
    if (!words) { return; }
    var done = pairs().filter(function (pair) { return pair.querySelector("input:checked"); }).length;
    if (!pairs().length) { done = Array.from(here.querySelectorAll("select")).filter(function (field) { return field.value !== ""; }).length; }
    words.textContent = done + " / " + words.dataset.comparedAll;
    here.querySelectorAll("[data-compared-bar]").forEach(function (bar) { bar.value = done; });
  }
  function single() { return form() && form().classList.contains("is-single"); }
  function show(pair, focus) {
    if (!pair) { return; }
    pairs().forEach(function (one) { one.hidden = single() && one !== pair; });
    if (focus) {
      var field = pair.querySelector("input:checked") || pair.querySelector("input");
      if (field) { field.focus({ preventScroll: true }); }
      pair.scrollIntoView({ block: "nearest" });
    }
  }
  function first() { return pairs().find(function (pair) { return !pair.querySelector("input:checked"); }) || pairs()[0]; }
  function single_mode(on) {
    form().classList.toggle("is-single", on);
    pairs().forEach(function (pair) { pair.hidden = false; pair.querySelector(".pair-moves").hidden = !on; });
    var button = document.querySelector("[data-one-at-a-time]");
    if (button) { button.setAttribute("aria-pressed", String(on)); }
    if (on) { show(first()); }
    try { localStorage.setItem(key, on ? "1" : ""); } catch (error) { /* not kept */ }
  }
  document.addEventListener("change", function (event) {
    var pair = event.target.closest("[data-pair]");
    if (pair) {
      var words = pair.querySelector("[data-pair-words]");
      if (words) { words.textContent = event.target.getAttribute("aria-label"); }
    }
    if (event.target.closest("form.judging")) { count(); }
  });
  document.addEventListener("click", function (event) {
    var target = event.target.closest("[data-pair-next], [data-pair-back], [data-one-at-a-time], [data-show-pair]");
    if (!target) { return; }
    if (target.matches("[data-one-at-a-time]")) { single_mode(!single()); return; }
    if (target.matches("[data-show-pair]")) {
      var wanted = document.getElementById(target.dataset.showPair);
      if (wanted) { event.preventDefault(); if (wanted.matches("[data-pair]")) { show(wanted, true); } else { wanted.focus(); } }
      return;
    }
    var all = pairs();
    var here = all.indexOf(target.closest("[data-pair]"));
    show(all[Math.max(0, Math.min(all.length - 1, here + (target.matches("[data-pair-next]") ? 1 : -1)))], true);
  });
  document.addEventListener("DOMContentLoaded", function () {
    if (!form() || !pairs().length) { count(); return; }
    var button = document.querySelector("[data-one-at-a-time]");
    if (button) { button.hidden = false; }
    var wanted = window.matchMedia("(max-width: 40rem)").matches;
    try { var kept = localStorage.getItem(key); wanted = kept === null ? wanted : kept === "1"; } catch (error) { /* as it is */ }
    if (wanted && !form().querySelector(".has-error")) { single_mode(true); }
    count();
  });
})();
