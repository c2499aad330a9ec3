/* The guided form's meter follows each save: [data-complete], [data-complete-words], [data-missing]. */
(function () {
  "use strict";
  document.addEventListener("pmo:saved", function (event) {
    var body = event.detail;
    if (body.complete === undefined) { return; }
    document.querySelectorAll("[data-complete]").forEach(function (bar) { bar.value = body.complete; });
    document.querySelectorAll("[data-complete-words]").forEach(function (words) { words.textContent = body.complete + "%"; });
    document.querySelectorAll("[data-missing]").forEach(function (line) { line.hidden = !body.missing.includes(line.dataset.missing); });
    document.querySelectorAll("[data-missing-part]").forEach(function (part) { part.hidden = body.missing.length === 0; });
    document.querySelectorAll("[data-missing-none]").forEach(function (words) { words.hidden = body.missing.length > 0; });
  });
})();
