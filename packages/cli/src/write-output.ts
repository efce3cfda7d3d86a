import { writeNewFile } from './new-file.js'

/** Writes a text to a file that is not there yet, or to standard output without one (or with `-`). */
export async function writeOutput(file: string | undefined, text: string): Promise<void> {
  if (file === undefined || file === '-') {
    process.stdout.write(text)
    return
  }
  await writeNewFile(
    file,
    (target) =>
      new Promise((resolve, reject) => {
        target.on('error', reject)
        target.end(text, resolve)
      }),
  )
  process.stderr.write(`wrote ${file}\n`)
}
