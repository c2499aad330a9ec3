/* [data-grid]: a form that is a table. Blocks from a spreadsheet are pasted over cells, Enter and the arrows move between
   rows, rows are added and removed, and the foot adds up the likely figures while one types. Without this script the form
   still works: it has empty rows, and a row without a name is left out. */
(function () {
  "use strict";
  var UNITS = { k: 1e3, m: 1e6, bn: 1e9 };
  function tableOf(element) { var form = element.closest("form"); return form && form.querySelector("[data-grid]"); }
  function rowsOf(table) { return Array.from(table.tBodies[0].querySelectorAll("[data-grid-row]")); }
  /* A row's name and its figures, in the order of a spreadsheet. */
  function cellsOf(row) { return [row.querySelector(".grid-head input[type=text]")].concat(Array.from(row.querySelectorAll("td[data-label] input"))); }
  function addRow(table) {
    var template = table.closest("form").querySelector("template[data-grid-empty]");
    var row = template.content.querySelector("tr").cloneNode(true);
    var taken = rowsOf(table).map(function (one) { var found = /^n(\d+)$/.exec(one.querySelector('[name="row"]').value); return found ? Number(found[1]) : -1; });
    var key = "n" + (Math.max.apply(null, taken.concat([-1])) + 1);
    row.innerHTML = row.innerHTML.replaceAll("__key__", key);
    table.tBodies[0].append(row);
    return row;
  }
  /* 1.2m, 80k or 80 / 100 / 130 (the middle one is the likely figure); not a number counts as nothing. */
  function likely(text) {
    var parts = text.split(/[/|]/);
    var part = (parts.length === 3 ? parts[1] : parts[0]).replace(/[\s,£€$]/g, "").toLowerCase();
    var found = /^([-−]?[\d.]+)(k|m|bn)?$/.exec(part);
    return found ? Number(found[1].replace("−", "-")) * (UNITS[found[2]] || 1) : 0;
  }
  function addUp(table) {
    var lang = document.documentElement.lang || undefined;
    var plain = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
    var sums = [];
    rowsOf(table).forEach(function (row) {
      var kind = row.querySelector("select");
      var sign = kind && kind.value !== "benefit" ? -1 : 1;
      cellsOf(row).slice(1).forEach(function (cell, at) { sums[at] = (sums[at] || 0) + sign * likely(cell.value); });
    });
    table.querySelectorAll("[data-grid-total]").forEach(function (cell, at) { cell.textContent = plain.format(sums[at] || 0).replace("-", "−"); });
  }
  function move(cell, by) {
    var row = cell.closest("[data-grid-row]"), table = tableOf(cell);
    var at = cellsOf(row).indexOf(cell), rows = rowsOf(table), next = rows[rows.indexOf(row) + by];
    if (!next && by > 0 && cell.value) { next = addRow(table); }
    if (next && at >= 0) { var target = cellsOf(next)[at]; target.focus(); target.select(); }
    return Boolean(next);
  }
  function paste(cell, text) {
    var table = tableOf(cell), row = cell.closest("[data-grid-row]"), from = cellsOf(row).indexOf(cell);
    if (from < 0) { return; }
    var lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    var start = rowsOf(table).indexOf(row);
    lines.forEach(function (line, down) {
      var target = rowsOf(table)[start + down] || addRow(table), cells = cellsOf(target);
      line.split("\t").forEach(function (value, right) { var place = cells[from + right]; if (place) { place.value = value.trim().replace(/^"(.*)"$/, "$1"); } });
    });
    addUp(table);
    table.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.addEventListener("paste", function (event) {
    var cell = event.target.closest && event.target.closest("[data-grid] input[type=text]");
    var text = cell && event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!cell || !/[\t\n]/.test(text.replace(/\n$/, ""))) { return; }
    event.preventDefault();
    paste(cell, text);
  });
  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest && event.target.closest("[data-grid] input[type=text]");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) { return; }
    if (event.key === "Enter") { event.preventDefault(); move(cell, event.shiftKey ? -1 : 1); }
    else if (event.key === "ArrowDown") { if (move(cell, 1)) { event.preventDefault(); } }
    else if (event.key === "ArrowUp") { if (move(cell, -1)) { event.preventDefault(); } }
  });
  document.addEventListener("click", function (event) {
    var add = event.target.closest("[data-grid-add]"), remove = event.target.closest("[data-grid-remove]");
    if (add) { var row = addRow(tableOf(add)); cellsOf(row)[0].focus(); }
    if (remove) {
      var gone = remove.closest("[data-grid-row]"), table = tableOf(remove), rows = rowsOf(table), at = rows.indexOf(gone);
      gone.remove();
      var next = rowsOf(table)[Math.min(at, rows.length - 2)];
      if (next) { next.querySelector("[data-grid-remove]").focus(); }
      addUp(table);
    }
  });
  document.addEventListener("input", function (event) { var table = event.target.closest("[data-grid]"); if (table) { addUp(table); } });
  function start() { document.querySelectorAll("[data-grid]").forEach(addUp); }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
