// Every piece of visible text whose contrast with what lies behind it is below WCAG 2.2 AA (1.4.3): 4.5, or 3 for large
// text. What is disabled is exempt there. Gives one line each: ratio, text, class.
() => {
  const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const paint = (colour, opacity = 1) => {
    pixel.globalAlpha = opacity;
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
  };
  const seen = () => [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const line = (element) => (element ? [...line(element.parentElement), element] : []);
  const faults = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data).join("").trim();
    if (!text || element.closest("[disabled], .unseen, .skip, option, noscript, svg")) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    paint(getComputedStyle(document.body).backgroundColor);
    let opacity = 1;
    for (const one of line(element)) {
      const its = getComputedStyle(one);
      opacity *= parseFloat(its.opacity);
      paint(its.backgroundColor, opacity);
    }
    const behind = seen();
    paint(style.color, opacity);
    const found = ratio(seen(), behind);
    if (found < needed) faults.add(`${found.toFixed(2)} "${text.slice(0, 30)}" ${element.tagName}.${element.className}`);
  }
  return [...faults];
}
