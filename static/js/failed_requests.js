// htmx says nothing when a request fails; somebody who pressed "Save" must hear of it.
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
