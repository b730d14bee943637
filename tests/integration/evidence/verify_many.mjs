// Runs verify.mjs over many changes of one file: argv[2] is the module, stdin is JSON lines
// {"file": base64, "keys": [vkey], "previous": base64|null} once, then {"at": offset, "cut": length, "put": base64} each.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const { verify } = await import(pathToFileURL(process.argv[2]).href);
const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64'));
let base = null;
const said = [];
for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  if ('file' in given) {
    base = { file: bytes(given.file), keys: given.keys, previous: given.previous === null ? undefined : bytes(given.previous) };
    continue;
  }
  const file = Buffer.concat([base.file.subarray(0, given.at), bytes(given.put), base.file.subarray(given.at + given.cut)]);
  const { shown, document, ...report } = await verify(new Uint8Array(file), { keys: base.keys, previous: base.previous });
  said.push(JSON.stringify(report));
}
process.stdout.write(said.join('\n') + '\n');
