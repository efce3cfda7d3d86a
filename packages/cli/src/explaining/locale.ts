import { type Locale, locales } from '@sallyport/engine'
import { UserError } from '@sallyport/server'

/** The language of answers: what `--lang` says, else that of the terminal's environment, else English. */
export function localeOf(lang: unknown, env: NodeJS.ProcessEnv = process.env): Locale {
  if (lang === undefined) {
    const set = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value)
    return set?.toLowerCase().startsWith('zh') ? 'zh' : 'en'
  }
  const found = locales.find((locale) => locale === lang)
  if (!found) throw new UserError(`--lang is ${JSON.stringify(lang)}`, `Give ${locales.join(' or ')}.`)
  return found
}
