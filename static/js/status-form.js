/* The status form: ask why only where a rating differs from the computed one; take over last period's text. */
(function () {
  "use strict";
  var ORDER = ["blue", "green", "amber", "red"];
  function chosen(row) { var input = row.querySelector('.rag-choices input:checked'); return input ? input.value : ""; }
  function computed(row) { var hint = row.querySelector("[data-computed]"); return hint ? hint.dataset.computed : ""; }
  function refresh() {
    var worst = -1;
    var rows = Array.from(document.querySelectorAll("[data-rating]"));
    rows.forEach(function (row) { if (row.dataset.rating !== "overall") { worst = Math.max(worst, ORDER.indexOf(chosen(row))); } });
    rows.forEach(function (row) {
      var declared = chosen(row), known = computed(row), reason = row.querySelector("[data-reason]");
      if (!reason) { return; }
      var differs = ORDER.includes(known) && declared !== "" && declared !== known;
      if (row.dataset.rating === "overall" && ORDER.includes(declared) && ORDER.indexOf(declared) < worst) { differs = true; }
      reason.hidden = !differs && !reason.classList.contains("has-error");
    });
  }
  function follow() {
    /* The button that throws the draft away acts on the version last saved. */
    var version = document.querySelector('form[data-autosave-url] [name="version"]');
    document.querySelectorAll("[data-follows-version]").forEach(function (field) { if (version) { field.value = version.value; } });
  }
  document.addEventListener("change", refresh);
  document.addEventListener("htmx:oobAfterSwap", refresh);
  document.addEventListener("htmx:afterSettle", refresh);
  document.addEventListener("submit", follow, true);
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy-into]");
    if (!button) { return; }
    var box = document.getElementById(button.dataset.copyInto);
    var source = button.parentElement.querySelector("[data-copy-source]");
    if (!box || !source) { return; }
    box.value = source.textContent;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", refresh); } else { refresh(); }
})();
