/** Colours of classes: told apart on photographs and charts, in both themes (after Okabe and Ito 2008). */
export const CLASS_COLOURS = [
  '#e66100',
  '#0072b2',
  '#009e73',
  '#cc3a8c',
  '#7a4fd0',
  '#b8860b',
  '#2ba5d8',
  '#6b6b6b',
] as const;

/** Of the class at a place among all. */
export const classColour = (place: number): string => CLASS_COLOURS[place % CLASS_COLOURS.length]!;
