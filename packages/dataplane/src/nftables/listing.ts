/** A rule: its text, and the comment by which a listing recognises it (the comment holds the text's digest). */
export interface Line {
  readonly text: string
  readonly comment: string
}

/** A chain. `header` is null for one that is only jumped to. */
export interface ListedChain {
  readonly header: string | null
  readonly lines: readonly Line[]
}

/** A set (values are '') or a verdict map (values like `jump e-1`), with elements as nft writes them. */
export interface ListedSet {
  readonly kind: 'set' | 'map'
  /** As in a declaration, with `INTERVAL` at the end where elements are ranges. */
  readonly type: string
  readonly elements: ReadonlyMap<string, string>
}

/** One table: what is wanted of it, or what the kernel holds (then without the texts of rules). */
export interface Listing {
  readonly chains: ReadonlyMap<string, ListedChain>
  readonly sets: ReadonlyMap<string, ListedSet>
  /** Named timeouts: what each is made of ('' as read back). A name stands for one content. */
  readonly timeouts: ReadonlyMap<string, string>
}

/** What makes a set's elements ranges. */
export const INTERVAL = '; flags interval'

/** The table in every router namespace. */
export const TABLE = 'inet sallyport'

/** A chain that says whose the table is: nft 1.0.6 leaves table comments out of its JSON. */
export const ownerChain = (mark: string): string => `owner-${mark}`
