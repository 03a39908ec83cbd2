'use strict';
// Sends to the emulator at CALLSIM_URL what a program of Node's sends to Plivo's hosts: node --require THIS-FILE app.js
const http = require('http');
const https = require('https');

const emulator = new URL(process.env.CALLSIM_URL || 'http://127.0.0.1:8080');
const theirs = /(^|\.)plivo\.com$/;
const original = https.request;

// What a caller of https.request wants, however it was said: a URL, options, or both.
function wanted(args) {
  const [first, ...rest] = args;
  const fromUrl = typeof first === 'string' || first instanceof URL;
  const url = fromUrl ? new URL(first) : undefined;
  const said = fromUrl ? rest.find((each) => each && typeof each === 'object') : first;
  const base = url ? { hostname: url.hostname, path: url.pathname + url.search } : {};
  return { options: { ...base, ...said }, done: args.find((each) => typeof each === 'function') };
}

https.request = function request(...args) {
  const { options, done } = wanted(args);
  if (!theirs.test(options.hostname || options.host || '')) return original.apply(https, args);
  const here = { protocol: 'http:', host: emulator.hostname, hostname: emulator.hostname, port: emulator.port || 80 };
  return http.request({ ...options, ...here, agent: undefined, servername: undefined }, done);
};

https.get = function get(...args) {
  const asked = https.request(...args);
  asked.end();
  return asked;
};
