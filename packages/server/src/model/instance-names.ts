/** `prefix[begin,bits]suffix`: begin 0 to 999999 (default 0), bits 1 to 6 (default 6). */
const ordered = /^(?<prefix>[^[\]]*)\[(?<begin>\d{0,6}),(?<bits>[1-6]?)\](?<suffix>[^[\]]*)$/

/**
 * The names of `amount` instances made in one call, from the name asked for. `name[1,3]x` counts name001x, name002x
 * and so on; when the first number is too long for the digits, there are six. `uniqueSuffix` appends 001, 002 and so
 * on, unless the name counts already and nothing follows the number. Source: the page on naming instances in
 * sequence and the RunInstances reference page.
 */
export function numberedNames(name: string, amount: number, uniqueSuffix: boolean): string[] {
  const { prefix, begin = '', bits = '', suffix = '' } = ordered.exec(name)?.groups ?? {}
  const counts = prefix !== undefined
  const wide = bits === '' || begin.length > Number(bits) ? 6 : Number(bits)
  const appended = uniqueSuffix && !(counts && suffix === '')
  return Array.from({ length: amount }, (_, index) => {
    const base = counts ? `${prefix}${String(Number(begin) + index).padStart(wide, '0')}${suffix}` : name
    return appended ? `${base}${String(index + 1).padStart(3, '0')}` : base
  })
}

/**
 * Whether a text can be the host name of a Linux instance: 2 to 64 letters, digits, `.` and `-`, the last two never at
 * an end or side by side (RunInstances reference page).
 */
export const isHostName = (text: string): boolean =>
  text.length >= 2 && text.length <= 64 && /^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$/.test(text)

/**
 * Whether a text can be a password: 8 to 30 characters of at least three of the kinds upper case, lower case, digits and
 * special characters (RunInstances reference page).
 */
export function isPassword(text: string): boolean {
  const kinds = [/[A-Z]/, /[a-z]/, /[0-9]/, /[()`~!@#$%^&*\-_+=|{}[\]:;'"<>,.?/\\]/]
  const allowed = /^[A-Za-z0-9()`~!@#$%^&*\-_+=|{}[\]:;'"<>,.?/\\]{8,30}$/
  return allowed.test(text) && kinds.filter((kind) => kind.test(text)).length >= 3
}

/** The host name of an instance made without one: the real service's iZ...Z around the random part of the id. */
export const defaultHostName = (instanceId: string): string => `iZ${instanceId.slice(2)}Z`
