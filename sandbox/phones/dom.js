// Small tools for making elements; words always go in as text, never as HTML.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key === "style") element.style.cssText = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const DRAWINGS = {
  send: '<path d="M3.4 20.6 21 12 3.400 3.400 3 10l11 2-11 2z" fill="currentColor"/>',
  clip: '<path d="M20 11.500 11.800 19.700a5 5 0 0 1-7.100-7.100L13 4.300a3.400 3.400 0 0 1 4.800 4.800l-8.200 8.200a1.700 1.700 0 0 1-2.400-2.400l7.500-7.500"/>',
  mic: '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3"/>',
  reply: '<path d="M9.500 6 4 11.500 9.500 17M4.500 11.500H14a6 6 0 0 1 6 6v1"/>',
  list: '<path d="M8.500 6.500h11M8.500 12h11M8.500 17.500h11"/><path d="M4.500 6.500h.01M4.500 12h.01M4.500 17.500h.01" stroke-width="2.600"/>',
  link: '<path d="M14 5h5v5M19 5l-8.500 8.500M17 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h4"/>',
  place: '<path d="M12 21s-6.500-5.600-6.500-10.500a6.500 6.500 0 0 1 13 0C18.500 15.400 12 21 12 21z"/><circle cx="12" cy="10.500" r="2.400"/>',
  image: '<rect x="3.500" y="5" width="17" height="14" rx="2.500"/><circle cx="9" cy="10" r="1.600"/><path d="m4.500 17.500 5-4.500 3.500 3 3-2.500 4 3.500"/>',
  file: '<path d="M6 3h8l4.500 4.500V20a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z"/><path d="M14 3v5h4.500"/>',
  down: '<path d="m5.500 9 6.500 6.500L18.500 9"/>',
  play: '<path d="M8 5.500v13l10.500-6.500z" fill="currentColor"/>',
  pause: '<path d="M8 5.500v13M16 5.500v13" stroke-width="3.400"/>',
  menu: '<path d="M4.500 7h15M4.500 12h15M4.500 17h15"/>',
  sun: '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600 7 7M17 17l1.400 1.400M18.400 5.600 17 7M7 17l-1.400 1.400"/>',
  moon: '<path d="M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z"/>',
  slash: '<path d="M14.500 4.500 9.500 19.500"/>',
};

export function icon(name, label) {
  const span = document.createElement("span");
  span.innerHTML = `<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.900" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${DRAWINGS[name]}</svg>`;
  const drawing = span.firstElementChild;
  if (label) {
    drawing.setAttribute("role", "img");
    drawing.setAttribute("aria-label", label);
    drawing.removeAttribute("aria-hidden");
  }
  return drawing;
}

const TICKS = {
  queued: '<circle cx="8.500" cy="6" r="4.600"/><path d="M8.500 3.600V6l1.700 1.100"/>',
  sent: '<path d="m4.500 6.500 2.700 2.700 5.300-6"/>',
  delivered: '<path d="m1.500 6.500 2.700 2.700 5.300-6M8 8.900l.4.300 5.300-6"/>',
};

export function tick(status) {
  const words = { queued: "Waiting", sent: "Sent", delivered: "Delivered", read: "Read", failed: "Not delivered" };
  if (status === "failed") return h("span", { class: "bad", title: words.failed, "aria-label": words.failed }, "!");
  const span = h("span", { class: status, title: words[status] ?? status });
  span.innerHTML = `<svg viewBox="0 0 17 12" fill="none" stroke="currentColor" stroke-width="1.500" stroke-linecap="round" stroke-linejoin="round" role="img" aria-label="${words[status] ?? ""}">${TICKS[status === "read" ? "delivered" : status] ?? TICKS.queued}</svg>`;
  return span;
}

// On a narrow screen the numbers and businesses fold away behind this button.
export function moreButton() {
  const button = h("button", { class: "more", type: "button", "aria-expanded": "false", "data-testid": "more" }, "Change phone");
  button.addEventListener("click", () => {
    const open = button.parentElement.classList.toggle("open");
    button.setAttribute("aria-expanded", open);
  });
  return button;
}

export function toast(words) {
  const box = document.querySelector(".toasts");
  const one = h("div", { class: "toast" }, words);
  box.append(one);
  setTimeout(() => one.remove(), 4200);
}

export const remembered = {
  get(key, fallback) {
    const asked = new URLSearchParams(location.search).get(key);
    if (asked) return asked;
    try {
      return localStorage.getItem(`atithi-phones-${key}`) ?? fallback;
    } catch {
      return fallback;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`atithi-phones-${key}`, value);
    } catch {
      // A private window keeps nothing; the choice then lasts as long as the page.
    }
  },
};
