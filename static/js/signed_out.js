// A browser keeps the page one leaves, whole, for the way back. After somebody signed out
// the next person must not find it: such a page is loaded again, and asks who is there.
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
