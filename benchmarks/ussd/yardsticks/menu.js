'use strict';
// The conversation for ussd-menu-builder, by its public API, with its sessions in Redis: one hash per
// session, as its README proposes. The texts are the product's own, word for word.

const { steps } = require('../conversation.json');

const SECONDS = 180;
const [WELCOME, MENU, SERVICE, OFFICE] = steps.map(step => step.reply.slice('CON '.length));

function sessionConfig (redis) {
  const named = id => `session:${id}`;
  return {
    start: id => redis.pipeline().hsetnx(named(id), '_', '1').expire(named(id), SECONDS).exec(),
    end: id => redis.del(named(id)),
    set: (id, key, value) => redis.hset(named(id), key, value),
    get: (id, key) => redis.hget(named(id), key)
  };
}

function build (UssdMenu, redis) {
  const menu = new UssdMenu();
  menu.sessionConfig(sessionConfig(redis));
  menu.startState({ run: () => menu.con(WELCOME), next: { 1: 'menu', 2: 'menu' } });
  menu.state('menu', {
    run: async () => {
      await menu.session.set('language', menu.val);
      menu.con(MENU);
    },
    next: { 1: 'service', 2: 'none', 3: 'help' }
  });
  menu.state('none', { run: () => menu.end("Vous n'avez pas de ticket aujourd'hui.") });
  menu.state('help', { run: () => menu.end('Appelez la mairie.') });
  menu.state('service', {
    run: async () => {
      await menu.session.set('menu', menu.val);
      menu.con(SERVICE);
    },
    next: { '*^[1-4]$': 'office' }
  });
  menu.state('office', {
    run: async () => {
      await menu.session.set('service', menu.val);
      menu.con(OFFICE);
    },
    next: { '*^[1-4]$': 'ticket' }
  });
  menu.state('ticket', {
    run: async () => {
      const service = await menu.session.get('service'); // what was chosen two screens before
      menu.end(service
        ? `Votre numéro est ${'ABCD'[service - 1]}${menu.val}. Merci.`
        : 'Votre session a expiré. Recomposez le code.');
    }
  });
  menu.on('error', error => { console.error(error); });
  return menu;
}

module.exports = { build };
