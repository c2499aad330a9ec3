/* Ranking: drag a row, or Alt+Up / Alt+Down on its handle, to ask for another place. Nothing is written here: the page that
   opens asks for the reason. Attributes: table[data-rank], tr[data-rank-place] with a link .rank-handle to that page. */
(function () {
  "use strict";
  var dragged = null;
  function row(target) { return target.closest ? target.closest("tr[data-rank-place]") : null; }
  function go(from, place) {
    if (place >= 1 && place !== Number(from.dataset.rankPlace)) { window.location.assign(from.querySelector(".rank-handle").href + "?position=" + place); }
  }
  function start() {
    document.querySelectorAll("table[data-rank] tr[data-rank-place]").forEach(function (line) { line.draggable = true; });
  }
  document.addEventListener("dragstart", function (event) {
    dragged = row(event.target);
    if (dragged) { event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", dragged.dataset.rankPlace); dragged.classList.add("is-dragged"); }
  });
  document.addEventListener("dragover", function (event) {
    var over = dragged && row(event.target);
    if (over) { event.preventDefault(); }
    document.querySelectorAll("tr.is-target").forEach(function (line) { line.classList.toggle("is-target", line === over); });
    if (over) { over.classList.add("is-target"); }
  });
  document.addEventListener("drop", function (event) {
    var over = dragged && row(event.target);
    if (over) { event.preventDefault(); go(dragged, Number(over.dataset.rankPlace)); }
  });
  document.addEventListener("dragend", function () {
    document.querySelectorAll("tr.is-dragged, tr.is-target").forEach(function (line) { line.classList.remove("is-dragged", "is-target"); });
    dragged = null;
  });
  document.addEventListener("keydown", function (event) {
    var line = event.altKey && event.target.matches(".rank-handle") ? row(event.target) : null;
    if (line && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      go(line, Number(line.dataset.rankPlace) + (event.key === "ArrowUp" ? -1 : 1));
    }
  });
  document.addEventListener("DOMContentLoaded", start);
})();
