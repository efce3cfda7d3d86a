import pc from 'picocolors'

/** Colours for a terminal; plain text when standard output is none, or NO_COLOR is set. */
export interface Paint {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warn: (text: string) => string
  readonly faint: (text: string) => string
  readonly strong: (text: string) => string
}

export const paintFor = (enabled = process.stdout.isTTY && pc.isColorSupported): Paint => {
  const { green, red, yellow, dim, bold } = pc.createColors(enabled)
  return { good: green, bad: red, warn: yellow, faint: dim, strong: bold }
}
