// Show a message when an htmx request fails.
const place = document.getElementById("messages");

function say(text) {
  const message = document.createElement("p");
  message.className = "message message-error";
  message.textContent = text;
  place?.replaceChildren(message);
  message.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:sendError", () => say(place.dataset.unreachable));
document.addEventListener("htmx:responseError", () => say(place.dataset.refused));
