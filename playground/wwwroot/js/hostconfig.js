// How Teams draws cards: sizes and colours for the Adaptive Cards renderer. The colours are names of CSS variables
// (css/card.css), which have a light and a dark value, so that a change of theme redraws nothing.

const text = (name) => ({ default: `var(--ac-${name})`, subtle: `var(--ac-${name}-subtle)` });

const foregroundColors = {
  default: text("text"),
  dark: text("text"),
  light: text("light"),
  accent: text("accent"),
  attention: text("attention"),
  good: text("good"),
  warning: text("warning"),
};

const surface = (name) => ({
  backgroundColor: `var(--ac-on-${name})`,
  borderColor: `var(--ac-line)`,
  foregroundColors,
});

const sizes = { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 };
const weights = { lighter: 300, default: 400, bolder: 600 };

export const hostConfig = {
  supportsInteractivity: true,
  fontTypes: {
    default: { fontFamily: "var(--font-text)", fontSizes: sizes, fontWeights: weights },
    monospace: {
      fontFamily: "var(--font-mono)",
      fontSizes: { ...sizes, default: 13 },
      fontWeights: weights,
    },
  },
  lineHeights: { small: 16, default: 20, medium: 20, large: 24, extraLarge: 32 },
  spacing: { none: 0, small: 4, default: 8, medium: 12, large: 16, extraLarge: 20, padding: 12 },
  separator: { lineThickness: 1, lineColor: "var(--ac-line)" },
  imageSizes: { small: 32, medium: 52, large: 100 },
  containerStyles: {
    default: surface("default"),
    emphasis: surface("emphasis"),
    accent: surface("accent"),
    good: surface("good"),
    attention: surface("attention"),
    warning: surface("warning"),
  },
  adaptiveCard: { allowCustomStyle: false },
  actions: {
    maxActions: 6,
    spacing: "default",
    buttonSpacing: 8,
    preExpandSingleShowCardAction: false,
    showCard: { actionMode: "inline", inlineTopMargin: 12, style: "emphasis" },
    actionsOrientation: "horizontal",
    actionAlignment: "left",
  },
  factSet: {
    title: {
      color: "default",
      size: "default",
      isSubtle: false,
      weight: "bolder",
      wrap: true,
      maxWidth: 150,
    },
    value: { color: "default", size: "default", isSubtle: false, weight: "default", wrap: true },
    spacing: 12,
  },
  inputs: {
    label: {
      requiredInputs: { suffix: " *", suffixColor: "attention", size: "small" },
      optionalInputs: { size: "small" },
      inputSpacing: "small",
    },
    errorMessage: { color: "attention", size: "small", spacing: "small" },
  },
  table: { cellSpacing: 8 },
  textBlock: { headingLevel: 4 },
};
