/* What is wrong with the layout of a page, for `layout.py`. Each fault is a sentence. */
(() => {
  const SLACK = 2; // pixels that rounding and antialiasing may take
  // Part of a line's height above and below its letters, where two lines may meet.
  const LEADING = 0.22;
  const CONTROLS = "input, select, textarea, button, .button, summary";
  const SCROLLING = ["auto", "scroll"];
  const HIDING = ["hidden", "clip"];
  const isPaper = () => matchMedia("print").matches;
  const EVERYWHERE = { left: -1e6, top: -1e6, right: 1e6, bottom: 1e6 };

  const meet = (one, other) => ({
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  });
  const width = (box) => box.right - box.left;
  const height = (box) => box.bottom - box.top;
  const isSeen = (box) => width(box) > SLACK && height(box) > SLACK;
  const isFilled = (style) =>
    !/^rgba\(.*, 0\)$|^transparent$/.test(style.backgroundColor)
    || ["Left", "Right"].every((side) => parseFloat(style[`border${side}Width`]) > 0);

  function named(element) {
    const words = (element.textContent || element.value || "").trim();
    const kind = element.localName + [...element.classList].map((name) => `.${name}`).join("");
    return `${kind} “${words.replace(/\s+/g, " ").slice(0, 40)}”`;
  }

  /** Return the area of an element inside its borders, where its content can be seen. */
  function inside(element) {
    const box = element.getBoundingClientRect();
    const left = box.left + element.clientLeft;
    const top = box.top + element.clientTop;
    const right = Math.max(left + element.clientWidth, box.right - element.clientLeft);
    const bottom = Math.max(top + element.clientHeight, box.bottom - element.clientTop);
    return { left, top, right, bottom };
  }

  /** Return what the ancestors of an element's content do to it.
   *
   * `seen` is where it shows, `cut` where no ancestor hides it for good, `bar` the
   * nearest ancestor that stays while the page scrolls, and `filled` the nearest one
   * whose edges are visible.
   */
  function within(element, style, outer) {
    let { seen, cut, positioned, bar, filled } = outer;
    const scrolls = isPaper() ? [] : SCROLLING;
    const hides = isPaper() ? [...HIDING, ...SCROLLING] : HIDING;
    if (style.position === "fixed") {
      [seen, cut, filled] = [EVERYWHERE, EVERYWHERE, null];
    } else if (style.position === "absolute") {
      ({ seen, cut } = positioned);
      filled = null;
    }
    if (style.position === "fixed" || style.position === "sticky") bar = element;
    const [across, down] = [style.overflowX, style.overflowY];
    const isRoot = element === document.body || element === document.documentElement;
    if (!isRoot && style.display !== "inline" && (across !== "visible" || down !== "visible")) {
      const area = inside(element);
      const limits = (kinds) => ({
        left: kinds.includes(across) ? area.left : -1e6,
        right: kinds.includes(across) ? area.right : 1e6,
        top: kinds.includes(down) ? area.top : -1e6,
        bottom: kinds.includes(down) ? area.bottom : 1e6,
      });
      seen = meet(seen, limits([...scrolls, ...hides]));
      // What scrolls can be reached: only what hides inside it can cut it.
      cut = scrolls.includes(across) || scrolls.includes(down)
        ? limits(hides) : meet(cut, limits(hides));
      // An excerpt of a long text may end in an ellipsis, and the reader's own name.
      const isCutOnPurpose = style.webkitLineClamp !== "none"
        || (style.textOverflow === "ellipsis" && element.closest(".person"));
      if (isCutOnPurpose) cut = EVERYWHERE;
    }
    if (style.position !== "static") positioned = { seen, cut };
    if (style.display !== "inline" && isFilled(style)) filled = element;
    return { seen, cut, positioned, bar, filled };
  }

  /** Yield each line of text and each control that can be seen. */
  function* pieces(element, outer, control = null) {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: false })) return;
    const style = getComputedStyle(element);
    if (style.clipPath !== "none" || style.clip !== "auto") return;
    const inner = within(element, style, outer);
    if (!isSeen(inner.seen)) return;
    const isShown = style.visibility === "visible";
    if (isShown && element.matches(CONTROLS)) {
      control = element;
      const box = meet(element.getBoundingClientRect(), outer.seen);
      if (isSeen(box)) yield { owner: element, box, whole: box, control, ...outer };
    }
    for (const child of element.childNodes) {
      if (child.nodeType === Node.ELEMENT_NODE) {
        yield* pieces(child, inner, control);
      } else if (isShown && child.nodeType === Node.TEXT_NODE && child.data.trim()) {
        yield* lines(element, child, inner, control);
      }
    }
  }

  function* lines(owner, text, inner, control) {
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const line of range.getClientRects()) {
      const leading = height(line) * LEADING;
      const whole = { ...line.toJSON(), top: line.top + leading, bottom: line.bottom - leading };
      if (isSeen(whole)) {
        yield { owner, text, whole, box: meet(whole, inner.seen), control, ...inner };
      }
    }
  }

  /** Return whether one of two pieces is part of the other. */
  const belong = (one, other) =>
    (one.text && one.text === other.text)
    || one.owner.contains(other.owner) && !one.text
    || other.owner.contains(one.owner) && !other.text
    || (one.control !== null && one.control === other.control && !(one.text && other.text));

  function* overlaps(all, mayFloat) {
    const sorted = all.filter((piece) => isSeen(piece.box));
    sorted.sort((one, other) => one.box.top - other.box.top);
    let open = [];
    for (const piece of sorted) {
      open = open.filter((other) => other.box.bottom - SLACK > piece.box.top);
      for (const other of open) {
        const shared = meet(piece.box, other.box);
        const floats = piece.bar !== other.bar && mayFloat(piece.bar, other.bar);
        if (isSeen(shared) && !floats && !belong(piece, other)) {
          yield `${named(other.owner)} and ${named(piece.owner)} overlap`;
        }
      }
      open.push(piece);
    }
  }

  function* cutOff(all) {
    for (const piece of all) {
      const { whole, cut } = piece;
      if (!piece.text || !isSeen(cut)) continue;
      const lost = Math.max(
        cut.left - whole.left, whole.right - cut.right,
        cut.top - whole.top, whole.bottom - cut.bottom,
      );
      if (lost > SLACK) yield `${named(piece.owner)} is cut off by ${Math.round(lost)} px`;
    }
  }

  function* stickingOut(all) {
    const widest = document.documentElement.clientWidth;
    const page = document.documentElement.scrollWidth - widest;
    if (page > 1) yield `the page scrolls sideways by ${page} px`;
    for (const piece of all) {
      if (!isSeen(piece.box)) continue;
      if (piece.box.right > widest + SLACK || piece.box.left < -SLACK) {
        yield `${named(piece.owner)} is partly beside the page`;
      } else if (piece.text && piece.filled) {
        const edge = piece.filled.getBoundingClientRect();
        if (piece.box.right > edge.right + SLACK || piece.box.left < edge.left - SLACK) {
          yield `${named(piece.owner)} is wider than ${named(piece.filled)}`;
        }
      }
    }
  }

  const outermost = () => ({
    seen: EVERYWHERE,
    cut: EVERYWHERE,
    positioned: { seen: EVERYWHERE, cut: EVERYWHERE },
    bar: null,
    filled: null,
  });
  const allPieces = () => [...pieces(document.body, outermost())];
  const isAtBottom = (bar) => bar !== null && getComputedStyle(bar).bottom !== "auto"
    && getComputedStyle(bar).top === "auto";

  /** Return the faults at the top of the page, and those of a bar at its end. */
  function faultsOfLayout() {
    window.scrollTo(0, 0);
    const all = allPieces();
    const faults = [...stickingOut(all), ...cutOff(all), ...overlaps(all, () => true)];
    const bars = new Set(all.map((piece) => piece.bar));
    if ([...bars].some(isAtBottom)) {
      window.scrollTo(0, document.documentElement.scrollHeight);
      const isAbove = (one, other) => !isAtBottom(one) && !isAtBottom(other);
      faults.push(...overlaps(allPieces(), isAbove));
    }
    return [...new Set(faults)].slice(0, 12);
  }

  /** Return each control that a bar hides when it gets the focus, at worst. */
  function faultsOfFocus(most) {
    const all = allPieces();
    if (!all.some((piece) => piece.bar)) return [];
    const places = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
      .filter((one) => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true })
        && isSeen(one.getBoundingClientRect()));
    const step = Math.max(1, places.length / most);
    const faults = [];
    for (let at = 0; at < places.length; at += step) {
      const place = places[Math.floor(at)];
      for (const edge of ["top", "bottom"]) {
        const end = edge === "top" ? 0 : window.innerHeight;
        document.activeElement?.blur();
        window.scrollBy(0, place.getBoundingClientRect()[edge] - end);
        place.focus();
        const hidden = hiddenBy(place);
        if (hidden) faults.push(`${named(place)} has the focus under ${named(hidden)}`);
      }
    }
    document.activeElement?.blur();
    return [...new Set(faults)].slice(0, 12);
  }

  /** Return the bar above all of an element's corners and its middle, if one is. */
  function hiddenBy(place) {
    const box = place.getBoundingClientRect();
    const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]];
    let bar = null;
    for (const [across, down] of points) {
      const hit = document.elementFromPoint(
        box.left + width(box) * across, box.top + height(box) * down,
      );
      if (!hit || place.contains(hit) || hit.contains(place)) return null;
      bar = hit;
      while (bar && !["fixed", "sticky"].includes(getComputedStyle(bar).position)) {
        bar = bar.parentElement;
      }
      if (!bar || bar.contains(place)) return null;
    }
    return bar;
  }

  /** Return what moves although the reader asked for less motion. */
  function faultsOfMotion() {
    const moving = document.getAnimations().filter((one) => one.playState === "running");
    const faults = moving.map((one) => `${named(one.effect.target)} moves`);
    for (const element of document.querySelectorAll("body *")) {
      const times = getComputedStyle(element).transitionDuration.split(",").map(parseFloat);
      if (Math.max(...times) > 0.01) faults.push(`${named(element)} has a transition`);
    }
    return [...new Set(faults)].slice(0, 12);
  }

  window.layout = { faultsOfLayout, faultsOfFocus, faultsOfMotion };
})();
