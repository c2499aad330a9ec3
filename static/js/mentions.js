/* textarea[data-mentions] in form[data-mention-url]: after "@" and letters, people who may see the object are offered. */
(function () {
  "use strict";
  var pending = 0;
  function word(area) {
    var before = area.value.slice(0, area.selectionStart);
    var match = /(?:^|[\s(])@([^\s@]{1,40}(?: [^\s@]{1,40})?)$/.exec(before);
    return match ? match[1] : "";
  }
  function list(area) { return area.form.querySelector("[data-mention-list]"); }
  document.addEventListener("input", function (event) {
    var area = event.target;
    if (!area.matches || !area.matches("textarea[data-mentions]") || !area.form.dataset.mentionUrl) { return; }
    var typed = word(area), box = list(area);
    if (!typed) { box.hidden = true; return; }
    clearTimeout(pending);
    pending = setTimeout(function () {
      fetch(area.form.dataset.mentionUrl + "?q=" + encodeURIComponent(typed), { headers: { "X-Requested-With": "fetch" } })
        .then(function (answer) { return answer.ok ? answer.text() : ""; })
        .then(function (html) { box.innerHTML = html; box.hidden = !box.children.length; });
    }, 200);
  });
  document.addEventListener("click", function (event) {
    var choice = event.target.closest ? event.target.closest("[data-mention]") : null;
    if (!choice) { return; }
    var area = choice.closest("form").querySelector("textarea[data-mentions]");
    var typed = word(area), at = area.selectionStart;
    area.value = area.value.slice(0, at - typed.length) + choice.dataset.mention + " " + area.value.slice(at);
    choice.parentElement.hidden = true;
    area.focus();
  });
})();
