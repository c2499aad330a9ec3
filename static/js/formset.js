/* "Add another" of a formset: copies the empty row and counts it in. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-formset-add]");
    if (!button) { return; }
    var formset = button.closest("[data-formset]");
    var total = formset.querySelector('[name="' + formset.dataset.formset + '-TOTAL_FORMS"]');
    var row = formset.querySelector("template[data-formset-empty]").content.firstElementChild.cloneNode(true);
    row.innerHTML = row.innerHTML.replaceAll("__prefix__", total.value);
    formset.querySelector("template[data-formset-empty]").before(row);
    total.value = String(Number(total.value) + 1);
    var first = row.querySelector("input:not([type=hidden]), select, textarea");
    if (first) { first.focus(); }
    formset.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
