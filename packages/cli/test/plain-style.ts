import { paintFor } from '../src/explaining/paint.js'
import type { Style } from '../src/explaining/texts.js'

/** English without colours, and nothing has a name. */
export const plainStyle: Style = { locale: 'en', paint: paintFor(false), names: new Map() }
