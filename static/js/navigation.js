/* The navigation's groups: what the reader opened or closed stays so on this device; the current line and tab are in view. */
(function () {
  "use strict";
  var nav = document.getElementById("nav");
  if (!nav) { return; }
  var groups = Array.from(nav.querySelectorAll("details[data-nav]"));
  function stored() { try { return JSON.parse(localStorage.getItem("nav")) || {}; } catch (error) { return {}; } }
  var known = stored();
  groups.forEach(function (group) {
    var key = group.dataset.nav;
    if (key in known && !(group.querySelector("[aria-current]") && !known[key])) { group.open = known[key]; }
    group.querySelector("summary").addEventListener("click", function () {
      known = stored();
      known[key] = !group.open; // the click has not turned it yet
      try { localStorage.setItem("nav", JSON.stringify(known)); } catch (error) { /* private mode: this page only */ }
    });
  });
  function show() {
    var here = nav.querySelector("[aria-current]");
    if (here && here.offsetTop + here.offsetHeight > nav.clientHeight) { nav.scrollTop = Math.max(0, here.offsetTop - nav.clientHeight / 2); }
  }
  show();
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll(".tabs [aria-current]").forEach(function (tab) {
      var row = tab.parentElement;
      if (row.scrollWidth > row.clientWidth) { row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2; }
    });
  });
  nav.addEventListener("toggle", function (event) { if (event.target === nav) { show(); } });
})();
