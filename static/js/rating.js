/* The rating of a risk while it is chosen. [data-rating] holds selects [data-rating-part] (likelihood, dimensions, overall impact),
   data-cells (a row of band numbers per likelihood) and data-bands; the score and band are said in the next [data-rating-says].
   [data-risk-sign] greys out the strategies of the other sign in [data-risk-strategy]. The server decides the same way. */
(function () {
  "use strict";
  function say(grid) {
    var likelihood = 0, overall = 0, highest = 0;
    grid.querySelectorAll("[data-rating-part]").forEach(function (select) {
      var level = Number(select.value) || 0;
      if (select.dataset.ratingPart === "likelihood") { likelihood = level; }
      else if (select.dataset.ratingPart === "impact") { overall = level; }
      else { highest = Math.max(highest, level); }
    });
    var impact = highest || overall;
    var line = grid.parentElement.querySelector("[data-rating-says]");
    line.textContent = "";
    if (!likelihood && !impact) { return; }
    var score = document.createElement("span");
    score.textContent = (line.dataset.word || "") + (likelihood || "–") + " × " + (impact || "–") + (likelihood && impact ? " = " + likelihood * impact : "");
    line.append(score);
    if (likelihood && impact) {
      var band = JSON.parse(grid.dataset.bands)[JSON.parse(grid.dataset.cells)[likelihood - 1][impact - 1]];
      var mark = document.createElement("span");
      mark.className = "band is-" + band.tone;
      mark.textContent = band.label;
      line.append(" ", mark);
    }
  }
  function fit(sign) {
    var select = sign.form && sign.form.querySelector("[data-risk-strategy]");
    if (!select) { return; }
    select.querySelectorAll("optgroup").forEach(function (group, number) {
      group.disabled = (number === 0) !== (sign.value !== "opportunity");
    });
    var chosen = select.selectedOptions[0];
    if (chosen && chosen.parentElement.disabled) { select.value = ""; }
  }
  function heard(event) {
    var grid = event.target.closest && event.target.closest("[data-rating]");
    if (grid) { say(grid); }
    if (event.target.matches && event.target.matches("[data-risk-sign]")) { fit(event.target); }
  }
  document.addEventListener("change", heard);
  function start() { document.querySelectorAll("[data-risk-sign]").forEach(fit); }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
