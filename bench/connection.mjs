import { connect } from 'node:net'

const lengthHeader = /\r\ncontent-length: (\d+)\r\n/i

/** Splits one whole answer off what has arrived; undefined while more is to come. */
function parseAnswer(text) {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = text.slice(0, end + 2)
  const length = lengthHeader.exec(head)
  if (!length) throw new Error(`an answer without Content-Length: ${JSON.stringify(head)}`)
  const total = end + 4 + Number(length[1])
  if (text.length < total) return undefined
  if (text.length > total) throw new Error(`${text.length - total} bytes after the answer`)
  return { status: Number(text.slice(9, 12)), head, body: text.slice(end + 4) }
}

/**
 * A keep-alive connection with one request in flight, over a bare socket. `send(text)` resolves with
 * `{status, head, body}`; it rejects when the connection breaks.
 */
export async function openConnection({ host, port }) {
  const socket = connect({ host, port, noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let waiting
  let arrived = ''
  const fail = (error) => {
    const current = waiting
    waiting = undefined
    current?.reject(error)
  }
  socket.setEncoding('latin1')
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed the connection')))
  socket.on('data', (chunk) => {
    arrived = arrived === '' ? chunk : arrived + chunk
    try {
      const answer = parseAnswer(arrived)
      if (!answer) return
      const current = waiting
      arrived = ''
      waiting = undefined
      current?.resolve(answer)
    } catch (error) {
      fail(error)
    }
  })
  return {
    send: (text) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(text, 'latin1')
      }),
    close: () => socket.destroy(),
  }
}
