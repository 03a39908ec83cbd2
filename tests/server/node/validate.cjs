// Reads signed requests as JSON from stdin; writes for each what Plivo's own validators say of its signatures.
const plivo = require('plivo');

let text = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (piece) => { text += piece; });
process.stdin.on('end', () => {
  const said = JSON.parse(text).map(({ method, url, params, token, nonce, v2, v3, ma }) => [
    plivo.validateSignature(url, nonce, v2, token),
    plivo.validateV3Signature(method, url, nonce, token, v3, { ...params }),
    plivo.validateV3Signature(method, url, nonce, token, ma, { ...params }),
  ]);
  process.stdout.write(JSON.stringify(said));
});
