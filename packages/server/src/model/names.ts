/**
 * Begins with a letter (of any script, as Chinese names do), then letters, digits and `:_.-`; 2 to 128 in all. That
 * leaves out web addresses, which hold slashes.
 */
const namePattern = /^\p{L}[\p{L}\p{N}:_.-]{1,127}$/u
const webAddress = /^https?:\/\//i

/** Whether a text can name a security group or an instance: their reference pages have the same rule. */
export const isResourceName = (text: string): boolean => namePattern.test(text)

/** Whether a text can describe a group: 2 to 256 characters, no web address. */
export const isDescription = (text: string): boolean =>
  text.length >= 2 && text.length <= 256 && !webAddress.test(text)
