const webAddress = /^https?:\/\//i

/** Whether a text can name a VPC or vSwitch: 1 to 128 characters, no web address (CreateVpc reference page). */
export const isNetworkName = (text: string): boolean =>
  text.length >= 1 && text.length <= 128 && !webAddress.test(text)

/** Whether a text can describe a VPC or vSwitch: 1 to 256 characters, no web address. */
export const isNetworkDescription = (text: string): boolean =>
  text.length >= 1 && text.length <= 256 && !webAddress.test(text)
