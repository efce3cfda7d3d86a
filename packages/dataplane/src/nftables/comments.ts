import { digest } from '../names.js'
import type { Rule, Statement } from './ruleset.js'
import { ruleText } from './text.js'

/** A comment may be 128 bytes long (libnftnl's limit), its digest included. */
const WHY_LENGTH = 100

/** Comments made before: a change alters few rules of many, and hashing was the dearest part of rendering. */
const made = new Map<string, string>()
const MOST_MADE = 50_000

function commentOf(statements: readonly Statement[], why: string): string {
  const text = ruleText(statements)
  const key = `${why}\n${text}`
  const known = made.get(key)
  if (known !== undefined) return known
  if (made.size >= MOST_MADE) made.clear()
  const plain = why.replaceAll(/[^A-Za-z0-9 ._:/-]/g, '?').slice(0, WHY_LENGTH)
  const comment = `${plain} #${digest(text, 8)}`
  made.set(key, comment)
  return comment
}

/** A rule with a comment that tells a reader where it comes from, and who reads it back whether it is unchanged. */
export const rule = (why: string, ...statements: readonly Statement[]): Rule => ({
  statements,
  comment: commentOf(statements, why),
})
