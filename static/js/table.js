/* Registers: select all, the bar that counts the chosen rows, shift-click ranges. */
(function () {
  "use strict";
  var last = null;
  function rows(form) { return Array.from(document.querySelectorAll('[data-bulk-row][form="' + form.id + '"]')); }
  function refresh(form) {
    var all = rows(form);
    var chosen = all.filter(function (box) { return box.checked; });
    form.hidden = chosen.length === 0;
    form.querySelector("[data-bulk-count]").textContent = String(chosen.length);
    all.forEach(function (box) { var row = box.closest("tr"); if (row) { row.classList.toggle("is-selected", box.checked); } });
    document.querySelectorAll('[data-bulk-all][form="' + form.id + '"]').forEach(function (head) {
      head.checked = all.length > 0 && chosen.length === all.length;
      head.indeterminate = chosen.length > 0 && chosen.length < all.length;
    });
  }
  document.addEventListener("change", function (event) {
    var box = event.target;
    if (!box.matches || !box.matches("[data-bulk-row], [data-bulk-all]")) { return; }
    var form = document.getElementById(box.getAttribute("form"));
    if (!form) { return; }
    if (box.matches("[data-bulk-all]")) { rows(form).forEach(function (row) { row.checked = box.checked; }); }
    refresh(form);
  });
  document.addEventListener("click", function (event) {
    var box = event.target;
    if (box.matches && box.matches("[data-bulk-row]")) {
      var form = document.getElementById(box.getAttribute("form"));
      if (event.shiftKey && last && form) {
        var all = rows(form), from = all.indexOf(last), to = all.indexOf(box);
        if (from >= 0 && to >= 0) { all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (row) { row.checked = box.checked; }); refresh(form); }
      }
      last = box;
      return;
    }
    var clear = box.closest ? box.closest("[data-bulk-clear]") : null;
    if (clear) { var bar = clear.closest("form"); rows(bar).forEach(function (row) { row.checked = false; }); refresh(bar); }
  });
  function start() { document.querySelectorAll("[data-bulk-bar]").forEach(refresh); }
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", start);
  window.addEventListener("pageshow", start);
})();
