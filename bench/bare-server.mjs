import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

/**
 * What node:http alone can do: reads each request, body included, and answers a constant. The answer's headers and
 * body come as JSON on stdin (they may be long): the real server's own, so that both send the same bytes.
 */
const { headers, body } = JSON.parse(await text(process.stdin))
const constant = Buffer.from(body, 'latin1')

const server = createServer({ noDelay: true }, (request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    response.writeHead(200, headers)
    response.end(constant)
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`)
})
process.once('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
