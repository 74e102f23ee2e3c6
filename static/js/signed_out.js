// After sign-out, reload pages that the browser kept, so that the next person cannot
// read them.
const KEY = "signed-out-at";

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-signs-out]")) {
    localStorage.setItem(KEY, String(Date.now()));
  }
});

addEventListener("pageshow", (event) => {
  const signedOutAt = Number(localStorage.getItem(KEY));
  if (event.persisted && signedOutAt > performance.timeOrigin) {
    document.documentElement.hidden = true;
    location.reload();
  }
});
