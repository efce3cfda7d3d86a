import type { Finding, FindingId } from './answers.js'
import type { Verdict } from './decide.js'
import { english } from './messages-en.js'
import { chinese } from './messages-zh.js'

export type MessageKey = keyof typeof english

/** Every text of one language. */
export type Catalogue = Readonly<Record<MessageKey, string>>

export const locales = ['en', 'zh'] as const

export type Locale = (typeof locales)[number]

/** Values for the names in a text. */
export type MessageParams = Readonly<Record<string, string | number>>

/** The one catalogue of what the engine has to say, by language. */
export const catalogue: Readonly<Record<Locale, Catalogue>> = { en: english, zh: chinese }

/** A text in a language, its names filled in; a name without a value stays as `{name}`. */
export const say = (locale: Locale, key: MessageKey, params: MessageParams = {}): string =>
  catalogue[locale][key].replace(/\{([a-z]+)\}/g, (name, key: string) => String(params[key] ?? name))

/** The three texts of a finding. */
export interface FindingText {
  readonly title: string
  readonly why: string
  readonly remedy: string
}

const part = (id: FindingId, name: keyof FindingText): MessageKey => `finding.${id}.${name}`

/** What a finding is called, why it matters and what to do. */
export const findingText = (locale: Locale, { id, params }: Pick<Finding, 'id' | 'params'>): FindingText => ({
  title: say(locale, part(id, 'title'), params),
  why: say(locale, part(id, 'why'), params),
  remedy: say(locale, part(id, 'remedy'), params),
})

/** Why a verdict is what it is. */
export function reasonText(locale: Locale, verdict: Verdict): string {
  const { reason, rule, group, priority } = verdict
  const params = { rule: rule ?? '', group: group ?? '', priority: priority ?? '' }
  return say(locale, reason === 'default' ? `reason.default.${verdict.verdict}` : `reason.${reason}`, params)
}
