// Line icons, drawn here so that the page fetches nothing from elsewhere.

const svgNamespace = "http://www.w3.org/2000/svg";

const paths = {
  ask: "M4 12h13M12 6l6 6-6 6",
  ban: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M6 6l12 12",
  bolt: "M13 2 5 13h6l-1 9 8-12h-6z",
  check: "M5 13l5 5 9-11",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2",
  cloud: "M7 18a4 4 0 1 1 .6-8A6 6 0 0 1 19 11a3.5 3.5 0 0 1-1 7z",
  cross: "M6 6l12 12M18 6 6 18",
  dot: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  export: "M12 15V3M7 8l5-5 5 5M4 14v6h16v-6",
  eraser: "M4 16l9-9 6 6-6 6H8zM12 20h8",
  flag: "M5 21V4h12l-2 4 2 4H5",
  gear: "M4 7h10M18 7h2M14 4v6M4 17h4M12 17h8M8 14v6",
  key: "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 12l8-8M16 7l3 3",
  bell: "M6 17V11a6 6 0 1 1 12 0v6l2 1H4zM10 21h4",
  link: "M9 15l6-6M8 11l-3 3a4 4 0 0 0 5 5l3-3M16 13l3-3a4 4 0 0 0-5-5l-3 3",
  moon: "M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10z",
  pencil: "M4 20l1-5L16 4l4 4L9 19z",
  play: "M7 4l13 8-13 8z",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
  pulse: "M2 12h5l3-8 4 16 3-8h5",
  question: "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .6-1.5 1.2-1.5 2.3M12 18.5v.1",
  send: "M4 12 20 4l-5 16-3-7z",
  shield: "M12 3l8 3v6c0 5-3.4 8-8 9.5C7.4 20 4 17 4 12V6zM8.5 12l2.5 2.5 4.5-5",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M19 5l-1.4 1.4M6.4 17.6 5 19",
  up: "M12 20V5M6 11l6-6 6 6",
};

/** An icon by name; it says nothing to a screen reader, so a word always stands beside it. */
export function icon(name) {
  const svg = document.createElementNS(svgNamespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svgNamespace, "path");
  path.setAttribute("d", paths[name] ?? paths.dot);
  svg.append(path);
  return svg;
}
