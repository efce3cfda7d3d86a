import { type ErrorTable, raiser } from '@sallyport/protocol'

/** What Location 2015-06-12 operations answer when they refuse. */
export const locationErrors = {
  // Code and text are those that the Python core looks for; the status is ours.
  'Illegal Parameter': {
    status: 400,
    message: 'Please check the parameters',
    when: 'ServiceCode names no product that is served',
  },
} as const satisfies ErrorTable

/** The error of a row above. */
export const locationError = raiser(locationErrors)
