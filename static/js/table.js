/* Registers: select all, the bar that counts the chosen rows, shift-click ranges; cells take the name of their column, for cards on phones. */
(function () {
  "use strict";
  var last = null;
  function formOf(element) { return element.form || element.closest("form"); }
  function barOf(form) { return form.matches("[data-bulk-bar]") ? form : form.querySelector("[data-bulk-bar]"); }
  function rows(form) { return Array.from(form.elements).filter(function (box) { return box.type === "checkbox" && box.name === "pk"; }); }
  function refresh(form) {
    var all = rows(form);
    var chosen = all.filter(function (box) { return box.checked; });
    var bar = barOf(form);
    bar.hidden = chosen.length === 0;
    bar.querySelector("[data-bulk-count]").textContent = String(chosen.length);
    all.forEach(function (box) { var row = box.closest("tr"); if (row) { row.classList.toggle("is-selected", box.checked); } });
    Array.from(form.elements).filter(function (box) { return box.matches("[data-bulk-all]"); }).forEach(function (head) {
      head.checked = all.length > 0 && chosen.length === all.length;
      head.indeterminate = chosen.length > 0 && chosen.length < all.length;
    });
  }
  function bulkForm(box) { var form = box.form; return form && barOf(form) ? form : null; }
  document.addEventListener("change", function (event) {
    var box = event.target;
    if (!box.matches || !box.matches('input[name="pk"], [data-bulk-all]')) { return; }
    var form = bulkForm(box);
    if (!form) { return; }
    if (box.matches("[data-bulk-all]")) { rows(form).forEach(function (row) { row.checked = box.checked; }); }
    refresh(form);
  });
  document.addEventListener("click", function (event) {
    var box = event.target;
    if (box.matches && box.matches('input[type="checkbox"][name="pk"]')) {
      var form = bulkForm(box);
      if (event.shiftKey && last && form) {
        var all = rows(form), from = all.indexOf(last), to = all.indexOf(box);
        if (from >= 0 && to >= 0) { all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (row) { row.checked = box.checked; }); refresh(form); }
      }
      last = box;
      return;
    }
    var clear = box.closest ? box.closest("[data-bulk-clear]") : null;
    if (clear) { var owner = formOf(clear); rows(owner).forEach(function (row) { row.checked = false; }); refresh(owner); }
  });
  function label(table) {
    var heads = Array.from(table.tHead ? table.tHead.rows[0].cells : []).map(function (cell) { return cell.textContent.trim(); });
    Array.from(table.querySelectorAll("tbody > tr, tfoot > tr")).forEach(function (row) {
      Array.from(row.cells).forEach(function (cell, index) {
        if (cell.tagName === "TD" && heads[index] && !cell.dataset.label && cell.colSpan === 1) { cell.dataset.label = heads[index]; }
        if (cell.tagName === "TD" && !cell.childElementCount && !cell.textContent.trim()) { cell.classList.add("is-blank"); }
        if (cell.querySelector('input[name="pk"]')) { cell.classList.add("select"); }
      });
    });
  }
  function start() {
    document.querySelectorAll("[data-bulk-bar]").forEach(function (bar) { refresh(formOf(bar) || bar); });
    document.querySelectorAll("table.is-cards").forEach(label);
  }
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", start);
  window.addEventListener("pageshow", start);
})();
