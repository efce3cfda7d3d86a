const rounded = (value) => (value === null ? null : Number(value.toPrecision(4)))

/** Prints rows as a table for people, or one JSON object a row. */
export function print(rows, json) {
  if (json) {
    for (const { name, value, unit, baseline, ratio, reason } of rows) {
      const row = { name, value: rounded(value), unit, baseline: rounded(baseline), ratio: rounded(ratio) }
      process.stdout.write(`${JSON.stringify(reason === undefined ? row : { ...row, reason })}\n`)
    }
    return
  }
  const cells = rows.map((row) => [
    row.name,
    `${rounded(row.value) ?? '-'} ${row.unit}`,
    String(rounded(row.baseline) ?? '-'),
    String(rounded(row.ratio) ?? '-'),
    row.target,
    row.reason === undefined ? row.meaning : `not measured: ${row.reason}`,
  ])
  const table = [['row', 'value', 'baseline', 'ratio', 'target', 'meaning'], ...cells]
  const widths = table[0].map((_, column) => Math.max(...table.map((cell) => cell[column].length)))
  for (const line of table) {
    process.stdout.write(
      `${line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd()}\n`,
    )
  }
}
