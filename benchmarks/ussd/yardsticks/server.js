'use strict';
// node server.js express|fastify [shared]
//
// ussd-menu-builder behind a web framework. A menu holds the request it answers, so one that is
// shared by all requests, as in its README, answers one person with another's screen as soon as
// two dial at once: here each request has its own. `shared` shows what happens otherwise.

const path = require('path');
const { createRequire } = require('module');

// The packages lie where the benchmark has installed them, not beside this file.
const installed = createRequire(path.join(process.env.MODULES, 'package.json'));
const UssdMenu = installed('ussd-menu-builder');
const { Redis } = installed('ioredis');
const { build } = require('./menu');

const [framework, mode] = process.argv.slice(2);
const port = Number(process.env.PORT);
const redis = new Redis(Number(process.env.REDIS_PORT), '127.0.0.1');
const shared = mode === 'shared' ? build(UssdMenu, redis) : null;
const menu = () => shared || build(UssdMenu, redis);

async function express () {
  const express = installed('express');
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  app.post('/ussd', (request, response) => {
    menu().run(request.body, text => { response.type('text/plain').send(text); });
  });
  app.listen(port, '127.0.0.1');
}

async function fastify () {
  const app = installed('fastify')();
  await app.register(installed('@fastify/formbody'));
  app.post('/ussd', (request, reply) => {
    menu().run(request.body, text => { reply.type('text/plain').send(text); });
  });
  await app.listen({ port, host: '127.0.0.1' });
}

({ express, fastify })[framework]();
