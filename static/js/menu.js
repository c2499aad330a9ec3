/* Menus are <details class="menu">: one open at a time, closed by Escape, by a click outside, by leaving with Tab. Arrow keys move. */
(function () {
  "use strict";
  function close(menu, focus) {
    if (!menu.open) { return; }
    menu.open = false;
    if (focus) { menu.querySelector("summary").focus(); }
  }
  function others(keep) { document.querySelectorAll("details.menu[open]").forEach(function (menu) { if (!keep || !menu.contains(keep)) { close(menu); } }); }
  document.addEventListener("click", function (event) { others(event.target); });
  document.addEventListener("focusin", function (event) { others(event.target); });
  document.addEventListener("keydown", function (event) {
    var menu = event.target.closest ? event.target.closest("details.menu[open]") : null;
    if (event.key === "Escape") {
      var open = menu || document.querySelector("details.menu[open]");
      if (open) { close(open, true); event.preventDefault(); }
      return;
    }
    if (!menu || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) { return; }
    if (event.target.matches("input, select, textarea")) { return; }
    var items = Array.from(menu.querySelectorAll(".menu-item"));
    if (!items.length) { return; }
    event.preventDefault();
    var at = items.indexOf(document.activeElement);
    items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length].focus();
  });
})();
