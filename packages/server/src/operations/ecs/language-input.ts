import type { StringInput } from '@sallyport/protocol'

/** AcceptLanguage of the operations that answer names. */
export const languageInput = {
  kind: 'string',
  oneOf: ['zh-CN', 'zh-TW', 'en-US', 'ja', 'fr', 'de', 'ko'],
  doc: 'Language of the names: Chinese for zh-CN (default) and zh-TW, English for every other.',
} as const satisfies StringInput
