/* The sign-ins of the demonstration: one click signs in. [data-sign-in] holds the address, [data-password] the password. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-sign-in]");
    var form = document.querySelector("form.fields");
    if (!button || !form) { return; }
    form.elements.username.value = button.dataset.signIn;
    form.elements.password.value = button.dataset.password;
    form.requestSubmit();
  });
})();
