/* A review counts what is answered as it is filled in: [data-answered], [data-answered-bar]; a number between two given values says
   the points that it gets: [data-points], as intake/formulas/scoring.py works them out. */
(function () {
  "use strict";
  function count(form) {
    var words = form.querySelector("[data-answered]");
    if (!words) { return; }
    var done = 0;
    form.querySelectorAll(".review-criterion").forEach(function (part) {
      var number = part.querySelector(".review-number");
      var chosen = part.querySelector(".levels input:checked");
      if (chosen || (number && (number.querySelector("input[type=number]").value !== "" || number.querySelector("input[type=checkbox]").checked))) { done += 1; }
    });
    words.textContent = done + " / " + words.dataset.answeredAll;
    form.querySelectorAll("[data-answered-bar]").forEach(function (bar) { bar.value = done; });
  }
  function tell(line) {
    var typed = line.closest(".review-number").querySelector("input[type=number]");
    var cannot = line.closest(".review-number").querySelector("input[type=checkbox]");
    var zero = Number(line.dataset.zero), ten = Number(line.dataset.ten), value = typed.valueAsNumber;
    if (zero === ten || !Number.isFinite(value) || (cannot && cannot.checked)) { line.textContent = ""; return; }
    var points = 10 * (value - zero) / (ten - zero), held = Math.min(10, Math.max(0, points));
    line.textContent = (points === held ? line.dataset.words : line.dataset.wordsBeyond).replace("%s", held.toLocaleString(document.documentElement.lang || undefined, { maximumFractionDigits: 1 }));
  }
  function heard(form) { count(form); form.querySelectorAll("[data-points]").forEach(tell); }
  document.addEventListener("change", function (event) { var form = event.target.closest("form.review"); if (form) { heard(form); } });
  document.addEventListener("input", function (event) { var form = event.target.closest("form.review"); if (form) { heard(form); } });
  document.addEventListener("DOMContentLoaded", function () { document.querySelectorAll("form.review").forEach(heard); });
})();
