/* Keys: `/` search, `g` then a letter goes to the place of the navigation that begins with it, a digit to that place from above.
   None works while typing, so that no text is lost. */
(function () {
  "use strict";
  var waiting = 0;
  function typing(target) { return target.matches && target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"); }
  function links() { return Array.from(document.querySelectorAll("#nav li a")); }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) { return; }
    if (event.key === "/") {
      var search = document.querySelector('[data-shortcut="/"]');
      if (search) { search.focus(); search.select(); event.preventDefault(); }
      return;
    }
    if (event.key === "g") { waiting = Date.now(); return; }
    if (waiting && Date.now() - waiting < 1500) {
      waiting = 0;
      var number = "123456789".indexOf(event.key);
      var shown = links().filter(function (link) { return !link.closest("details:not([open])"); });
      var found = shown[number] ||
        links().find(function (link) { return link.textContent.trim().toLowerCase().startsWith(event.key); });
      if (found) { event.preventDefault(); found.click(); }
    }
  });
})();
