/* A time chart wider than its region starts at its newest end: [data-newest-right]. */
(function () {
  "use strict";
  function start() { document.querySelectorAll("[data-newest-right]").forEach(function (region) { region.scrollLeft = region.scrollWidth; }); }
  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:afterSettle", start);
})();
