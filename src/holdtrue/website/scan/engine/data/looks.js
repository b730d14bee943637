// Called as (…)(indexes of the buttons): how a banner looks to whoever comes for the first time. Runs where banner.js ran.
((indexes) => {
  const found = globalThis.holdtrueFound || [];
  const parent = (el) => el.assignedSlot || el.parentElement || (el.getRootNode() instanceof ShadowRoot ? el.getRootNode().host : null);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (text) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = "#000";
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const behind = (el) => {
    let colour = [0, 0, 0, 0];
    for (let up = el; up && colour[3] < 0.99; up = parent(up)) {
      const [r, g, b, a] = rgba(getComputedStyle(up).backgroundColor);
      const rest = 1 - colour[3];
      colour = [colour[0] + r * a * rest, colour[1] + g * a * rest, colour[2] + b * a * rest, colour[3] + a * rest];
    }
    const rest = 1 - colour[3];
    return colour.slice(0, 3).map((part) => Math.round(part + 255 * rest));
  };
  const hex = (colour) => "#" + colour.slice(0, 3).map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => { const one = part / 255; return one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => { const [low, high] = [light(one), light(other)].sort((a, b) => a - b); return (high + 0.05) / (low + 0.05); };
  // What is translucent lets through what lies behind the outermost thing that is.
  const faded = (el) => {
    let opacity = 1, outermost = null;
    for (let up = el; up; up = parent(up)) {
      const style = getComputedStyle(up);
      const own = Number(style.opacity) * Number((/opacity\(([\d.]+)\)/.exec(style.filter) || [0, 1])[1]);
      if (own < 1) { opacity *= own; outermost = up; }
    }
    const through = outermost && parent(outermost) ? behind(parent(outermost)) : [255, 255, 255];
    return (colour) => colour.map((part, at) => part * opacity + through[at] * (1 - opacity));
  };
  const buttons = indexes.map((index) => {
    const el = found[index];
    if (!el || !el.isConnected) return null;
    const style = getComputedStyle(el);
    const box = el.getBoundingClientRect();
    const seen = faded(el);
    const own = behind(el), back = seen(own), around = parent(el) ? seen(behind(parent(el))) : [255, 255, 255];
    const [r, g, b, a] = rgba(style.color);
    const text = seen([r, g, b].map((part, at) => part * a + own[at] * (1 - a)));
    const border = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none" && rgba(style.borderTopColor)[3] > 0.2 && contrast(rgba(style.borderTopColor).slice(0, 3), around) > 1.1;
    const filled = style.backgroundImage !== "none" || contrast(back, around) > 1.05;
    return {
      tag: el.localName, width: Math.round(box.width), height: Math.round(box.height), font_size: parseFloat(style.fontSize) || 0, bold: Number(style.fontWeight) >= 600,
      underlined: style.textDecorationLine.includes("underline"), text_colour: hex(text), back_colour: hex(back), has_body: border || filled,
      contrast: Math.round(contrast(text, back) * 100) / 100,
      in_view: box.top >= -1 && box.bottom <= innerHeight + 1 && box.left >= -1 && box.right <= innerWidth + 1,
    };
  });
  return { buttons, language: document.documentElement.lang || "" };
})
