// Keeps the board up to date, rings and speaks. Without it the page loads itself again.
"use strict";

(() => {
  const EVERY = 5000;
  const LONGEST = 30000;
  const PATIENCE = 8000;
  const KEY = "guichet.board.sound";

  const board = document.getElementById("board");
  const told = document.getElementById("told");
  const button = document.getElementById("sound");
  const version = now().dataset.version;
  const rung = new Set(calls().map((call) => call.dataset.call));
  let tag = "";
  let failures = 0;
  let timer = 0;
  let asking = false;

  function now() { return document.getElementById("now"); }

  function calls() { return [...board.querySelectorAll("[data-call]")]; }

  // -- asking ----------------------------------------------------------------------------------

  async function ask() {
    if (asking) return;
    asking = true;
    clearTimeout(timer);
    try {
      await look();
      failures = 0;
      document.body.classList.remove("old");
      now().querySelector(".stale").hidden = true;
    } catch {
      failures += 1;
      if (failures > 1) {
        document.body.classList.add("old");
        now().querySelector(".stale").hidden = false;
      }
    }
    asking = false;
    const wait = failures ? Math.min(EVERY * 2 ** (failures - 1), LONGEST) : EVERY;
    timer = setTimeout(ask, wait * (0.9 + Math.random() * 0.2));
  }

  async function look() {
    const patience = new AbortController();
    const end = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(board.dataset.from, {
        headers: tag ? { "If-None-Match": tag } : {},
        cache: "no-store",
        signal: patience.signal,
      });
      if (answer.status === 304) return;
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("now");
      if (!fresh) throw new Error("somebody else answers");
      if (fresh.dataset.version !== version) {
        // A page that failed to load would stay so: first see that it is there.
        if ((await fetch(location.href, { signal: patience.signal })).ok) location.reload();
        return;
      }
      tag = answer.headers.get("ETag") || "";
      show(fresh);
    } finally {
      clearTimeout(end);
    }
  }

  function show(fresh) {
    board.classList.remove("fresh");
    board.replaceChildren(document.adoptNode(fresh));
    const called = calls().filter((call) => !rung.has(call.dataset.call)).reverse();
    if (!called.length) return;
    board.classList.add("fresh");
    for (const call of called) {
      rung.add(call.dataset.call);
      const lines = [...call.querySelectorAll(".spoken li")];
      told.textContent = lines[0].textContent;
      told.lang = lines[0].lang;
      announce(lines.map((line) => ({ lang: line.lang, text: line.textContent })));
    }
  }

  // -- sound -----------------------------------------------------------------------------------

  let audio = null;
  let wanted = kept() === "on";
  let turn = Promise.resolve();

  function kept() {
    try { return localStorage.getItem(KEY); } catch { return null; }
  }

  function keep(value) {
    try { localStorage.setItem(KEY, value); } catch { /* a frame that may keep nothing */ }
  }

  function isHeard() { return wanted && audio !== null && audio.state === "running"; }

  function label() {
    button.textContent = isHeard() ? button.dataset.off : button.dataset.on;
    button.setAttribute("aria-pressed", String(isHeard()));
  }

  async function listen() {
    audio = audio || new AudioContext();
    audio.onstatechange = label;
    await audio.resume(); // waits for a gesture where the browser wants one
    label();
  }

  function announce(lines) {
    turn = turn.then(async () => {
      if (!isHeard()) return;
      chime();
      await pause(1100);
      for (const line of lines) await speak(line);
    }).catch(() => {});
  }

  function chime() {
    [[659, 0], [523, 0.35]].forEach(([pitch, after]) => {
      const at = audio.currentTime + after;
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.5, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.7);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.75);
    });
  }

  // Only with a voice that knows the language: another one's would not be understood.
  function speak({ lang, text }) {
    const speech = window.speechSynthesis;
    const voice = speech && speech.getVoices().find((one) => one.lang.split(/[-_]/)[0] === lang);
    if (!voice || !isHeard()) return Promise.resolve();
    return new Promise((done) => {
      const said = new SpeechSynthesisUtterance(text);
      said.voice = voice;
      said.lang = voice.lang;
      said.rate = 0.9;
      said.onend = said.onerror = done;
      setTimeout(done, 15000); // some never say that they ended
      speech.speak(said);
    });
  }

  function pause(milliseconds) {
    return new Promise((done) => setTimeout(done, milliseconds));
  }

  if (window.AudioContext) {
    button.hidden = false;
    label();
    button.addEventListener("click", async (event) => {
      event.stopPropagation();
      if (isHeard()) {
        wanted = false;
        keep("off");
        if (window.speechSynthesis) speechSynthesis.cancel();
        label();
        return;
      }
      wanted = true;
      keep("on");
      await listen();
      chime();
    });
    if (wanted) {
      listen(); // heard at once where the browser allows it; else after any touch or key
      for (const gesture of ["pointerdown", "keydown"]) {
        addEventListener(gesture, ({ target }) => {
          if (wanted && !isHeard() && target !== button) listen();
        });
      }
    }
    if (window.speechSynthesis) speechSynthesis.getVoices(); // has them loaded
  }

  addEventListener("online", ask);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  timer = setTimeout(ask, EVERY);
})();
