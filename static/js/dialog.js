/* <button data-dialog-open="id"> opens a <dialog>; data-dialog-close closes it. The browser keeps focus inside and gives it back. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      var dialog = document.getElementById(opener.dataset.dialogOpen);
      if (dialog) { dialog.showModal(); event.preventDefault(); }
      return;
    }
    var closer = event.target.closest("[data-dialog-close]");
    if (closer) { closer.closest("dialog").close(); event.preventDefault(); return; }
    // The second click of a double click falls on the dialog that the first one opened: it closes nothing.
    if (event.detail < 2 && event.target.tagName === "DIALOG" && event.target.open) {
      var box = event.target.getBoundingClientRect();
      var inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) { event.target.close(); }
    }
  });
})();
