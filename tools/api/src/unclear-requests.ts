/** A request that a balancer and a service might read as one and as two: each way that we know of, with what must not arrive in it. */
export function unclearRequests(hidden: string): Readonly<Record<string, string>> {
  const second = `GET ${hidden} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const get = (lines: readonly string[], body = '', first = 'GET /api/products HTTP/1.1') =>
    `${[first, 'Host: localhost', ...lines].join('\r\n')}\r\n\r\n${body}`;
  const post = (lines: readonly string[], body: string, version = '1.1') =>
    get(['Content-Type: application/json', ...lines], body, `POST /api/orders HTTP/${version}`);
  const chunked = 'Transfer-Encoding: chunked';

  // Chunks end at once, and what follows is within the length. Or it is all one chunk, and the length ends before it.
  const endsEarly = `0\r\n\r\n${second}`;
  const oneChunk = `${second.length.toString(16)}\r\n${second}\r\n0\r\n\r\n`;
  const length = `Content-Length: ${endsEarly.length}`;
  const withLength = (...lines: string[]) => post([length, ...lines], endsEarly);
  const chunk = (body: string) => post([chunked], body);
  const twoLengths = (...values: string[]) =>
    post(
      values.map((value) => `Content-Length: ${value}`),
      `{}${second}`,
    );
  const whole = String(2 + second.length);

  return {
    'a length beside chunks': withLength(chunked),
    'chunks beside a length that is shorter': post(['Content-Length: 4', chunked], oneChunk),
    'a second coding that is none': withLength(chunked, 'Transfer-Encoding: cow'),
    'a first coding that is none': withLength('Transfer-Encoding: cow', chunked),
    'chunked twice': post([chunked, chunked], endsEarly),
    'a coding that is nearly chunked': withLength('Transfer-Encoding: xchunked'),
    'a space before the colon': withLength('Transfer-Encoding : chunked'),
    'a tab before the coding': withLength('Transfer-Encoding:\tchunked'),
    'a vertical tab before the coding': withLength('Transfer-Encoding:\vchunked'),
    'the coding in quotes': withLength('Transfer-Encoding: "chunked"'),
    'the coding with U+0000': withLength('Transfer-Encoding: chunked\0'),
    'chunked, identity': post(['Transfer-Encoding: chunked, identity'], endsEarly),
    'chunked, identity, with a length': withLength('Transfer-Encoding: chunked, identity'),
    'identity, chunked': post(['Transfer-Encoding: identity, chunked'], endsEarly),
    'gzip, chunked': post(['Transfer-Encoding: gzip, chunked'], endsEarly),
    'identity, with a length': withLength('Transfer-Encoding: identity'),
    'the coding behind a bare LF': withLength('X: x\nTransfer-Encoding: chunked'),
    'the coding behind a bare CR': withLength('X: x\rTransfer-Encoding: chunked'),
    'the coding in a folded line': withLength('X: x\r\n Transfer-Encoding: chunked'),
    'the coding folded': withLength('Transfer-Encoding:\r\n chunked'),
    'the coding with an underscore': withLength('Transfer_Encoding: chunked'),
    'a folded first header': get([], '', 'GET /api/products HTTP/1.1\r\n Host: evil.example'),
    'two lengths': twoLengths('2', whole),
    'two lengths, the other way round': twoLengths(whole, '2'),
    'a list of lengths': twoLengths(`2, ${whole}`),
    'a length and one with an underscore': post(['Content_Length: 2', `Content-Length: ${whole}`], `{}${second}`),
    'a length with a sign': post(['Content-Length: +2'], '{}'),
    'a length in hexadecimal': post(['Content-Length: 0x2'], '{}'),
    'a length below zero': post(['Content-Length: -1'], '{}'),
    'a length beyond 64 bits': post(['Content-Length: 18446744073709551618'], '{}'),
    'a length in two parts': post(['Content-Length: 2 2'], '{}'),
    'a length that a proxy is to drop': post(
      ['Connection: keep-alive, content-length', `Content-Length: ${second.length}`],
      second,
    ),
    'lines that end with LF': `POST /api/orders HTTP/1.1\nHost: localhost\nContent-Length: 2\n\n{}`,
    'an extension of a chunk': chunk('2;a=b\r\n{}\r\n0\r\n\r\n'),
    'an extension of a chunk with an open quote': chunk('2;a="b\r\n{}\r\n0\r\n\r\n'),
    'an extension of a chunk with a bare LF': chunk('2;a\n{}\r\n0\r\n\r\n'),
    'an extension of a chunk with 16 KB': chunk(`2;a=${'b'.repeat(16_000)}\r\n{}\r\n0\r\n\r\n`),
    'a chunk beyond 64 bits': chunk(`10000000000000002\r\n{}\r\n0\r\n\r\n`),
    'a chunk below zero': chunk('-2\r\n{}\r\n0\r\n\r\n'),
    'a chunk in 0x': chunk('0x2\r\n{}\r\n0\r\n\r\n'),
    'chunks that end with LF': chunk('2\n{}\n0\n\n'),
    'a chunk that does not end': chunk(`2\r\n{}XX0\r\n\r\n${second}`),
    'trailers that would be headers': chunk(`2\r\n{}\r\n0\r\nContent-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n`),
    'HTTP/1.0 with chunks': post([chunked], endsEarly, '1.0'),
    'HTTP/1.0 with chunks, a length and keep-alive': post(['Connection: keep-alive', length, chunked], endsEarly, '1.0'),
    'a GET with a body': get([`Content-Length: ${second.length}`], second),
    'a GET with chunks': get([chunked], oneChunk),
    'an absolute address with another Host': get([], '', 'GET http://evil.example/api/products HTTP/1.1'),
    'an absolute address': get([], '', 'GET http://localhost/api/products HTTP/1.1'),
    'a line with two versions': get([], '', `GET /api/products HTTP/1.1 HTTP/1.1`),
    'a line end in the address': get([], '', `GET /api/products%20HTTP/1.1%0d%0aHost:%20x%0d%0a%0d%0aGET%20${hidden} HTTP/1.1`),
    'an upgrade to HTTP/2': get(
      ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'],
      '',
    ),
    'an upgrade to a WebSocket': get([
      ...[
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ],
    ]),
    'the beginning of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'a tunnel': get([], '', 'CONNECT localhost:80 HTTP/1.1'),
    'a wish for 100 Continue': withLength('Expect: 100-continue'),
  };
}
