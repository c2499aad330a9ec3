/* A text control with `data-finder` (an address) offers what fits what is typed: its options come from the server. */
(function () {
  "use strict";
  var waiting = 0;
  function listOf(control) {
    var id = control.name + "-found";
    var list = document.getElementById(id);
    if (!list) {
      list = document.createElement("datalist");
      list.id = id;
      control.after(list);
      control.setAttribute("list", id);
    }
    return list;
  }
  function find(control) {
    var text = control.value.trim();
    if (control.dataset.found === text) { return; }
    control.dataset.found = text;
    fetch(control.dataset.finder + "?q=" + encodeURIComponent(text), { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (html) {
        var parsed = new DOMParser().parseFromString("<select>" + html + "</select>", "text/html");
        listOf(control).replaceChildren.apply(listOf(control), Array.from(parsed.querySelectorAll("option")));
      })
      .catch(function () { /* offline: the reference can still be typed */ });
  }
  document.addEventListener("input", function (event) {
    if (!event.target.matches("[data-finder]")) { return; }
    clearTimeout(waiting);
    waiting = setTimeout(find, 200, event.target);
  });
  document.addEventListener("focusin", function (event) {
    if (event.target.matches("[data-finder]")) { find(event.target); }
  });
})();
