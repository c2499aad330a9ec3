/* [data-copy="#field"]: copies what the field holds; the button says so for a moment. Without the right to the clipboard the
   field is selected, to be copied by hand. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) { return; }
    var field = document.querySelector(button.dataset.copy);
    if (!field) { return; }
    field.focus(); field.select();
    if (!navigator.clipboard) { return; }
    navigator.clipboard.writeText(field.value).then(function () {
      var words = button.querySelector("span") || button, before = words.textContent;
      words.textContent = button.dataset.copied;
      setTimeout(function () { words.textContent = before; }, 2000);
    }).catch(function () { /* selected: Ctrl+C does it */ });
  });
})();
