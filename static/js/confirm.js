/* data-confirm="question" on a form or a submit button asks first, in the page's own dialog.
   data-confirm-title, data-confirm-action (words of the button), data-confirm-danger. %d becomes the number of chosen rows. */
(function () {
  "use strict";
  var asked = new WeakSet();
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var submitter = event.submitter;
    var source = submitter && submitter.dataset.confirm ? submitter : form.dataset.confirm ? form : null;
    if (!source || asked.has(form)) { asked.delete(form); return; }
    var dialog = document.getElementById("confirm-dialog");
    if (!dialog || !dialog.showModal) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    var count = document.querySelectorAll('[data-bulk-row][form="' + form.id + '"]:checked').length;
    var title = dialog.querySelector("#confirm-title");
    var ok = dialog.querySelector("#confirm-ok");
    title.textContent = source.dataset.confirmTitle || title.dataset.default;
    dialog.querySelector("#confirm-text").textContent = source.dataset.confirm.replace("%d", String(count));
    ok.textContent = source.dataset.confirmAction || ok.dataset.default;
    ok.classList.toggle("is-danger", source.hasAttribute("data-confirm-danger"));
    ok.classList.toggle("is-primary", !source.hasAttribute("data-confirm-danger"));
    dialog.returnValue = "cancel";
    dialog.addEventListener("close", function () {
      if (dialog.returnValue !== "ok") { return; }
      asked.add(form);
      form.requestSubmit(submitter || undefined);
    }, { once: true });
    dialog.showModal();
  }, true);
})();
