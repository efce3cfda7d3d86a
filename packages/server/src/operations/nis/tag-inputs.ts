import type { StructsInput } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import { nisError } from '../../errors/nis.js'
import { parseTags, type Tag, type TagInput } from '../../model/tags.js'

const MOST_TAGS = 20

/** Tag.N of what is made. One more than allowed is read, so that the error can say that it is too many. */
export const tagInputs = {
  kind: 'structs',
  max: MOST_TAGS + 1,
  fields: {
    Key: { kind: 'string', doc: '1 to 128 characters.' },
    Value: { kind: 'string', doc: 'Up to 128 characters.' },
  },
} as const satisfies StructsInput

/** What tags can be refused with. */
export const tagErrors = [
  'NumberExceed.Tags',
  'MissingParameter.TagKey#nis',
  'InvalidParameter.TagKey#nis',
  'InvalidParameter.TagValue#nis',
  'Duplicate.TagKey',
] as const

/** Checks tags to put on a path or an analysis. */
export function readTags(input: readonly TagInput[]): Tag[] {
  if (input.length > MOST_TAGS) throw ecsError('NumberExceed.Tags')
  if (input.some(({ Key }) => Key === undefined)) throw nisError('MissingParameter.TagKey#nis')
  return parseTags(input, {
    key: () => nisError('InvalidParameter.TagKey#nis'),
    value: () => nisError('InvalidParameter.TagValue#nis'),
    duplicate: () => ecsError('Duplicate.TagKey'),
    reservedValues: true,
  })
}
