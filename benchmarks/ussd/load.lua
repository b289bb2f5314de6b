-- wrk script: one Africa's Talking conversation after another on each connection.
--
-- wrk tells a script no connection, so threads must equal connections (-t N -c N): what a thread
-- remembers is then what one phone remembers. Arguments, after `--`:
--
--   code=%2A384%2A99%23    the service code that is dialled, encoded for a form
--   from=770000000         the first phone number, without +221
--   phones=1000            how many phones each thread takes in turn
--   skip=0                 which of them is the first: the one after those of the run before
--   name=5f2c              tells the session ids of this run from those of any other
--   rate=40                dials a second and thread, at moments drawn at random (without it: each
--                          dial follows the reply before it)
--   step=CON|Bienvenue|1   one per step: how the reply begins, a word it holds, the text (encoded)
--
-- Every reply is checked: one that is wrong ends its conversation and is counted, and the first of
-- them is shown; so is one that does not come. done() prints one line of JSON: counts, and how many
-- replies took how long, by step.

local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } moment;
  int clock_gettime(int clock, moment *now);
]]
local MONOTONIC = 1
local FINENESS = math.log(1.02) -- each class of durations is 2 % wider than the one before

local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

local moment = ffi.new("moment")

local function microseconds()
  ffi.C.clock_gettime(MONOTONIC, moment)
  return tonumber(moment.seconds) * 1e6 + tonumber(moment.nanoseconds) / 1e3
end

local steps, code, from, phones, skip, name, gap = {}, "", 0, 1, 0, "", nil
local step, due = 0, nil
local body_head, looked_at = "", false

-- Globals, since these are what done() can read.
conversations, refused, wrong_start, wrong_word, lost, example = 0, 0, 0, 0, 0, ""
asked, began = false, 0

function init(arguments)
  for _, argument in ipairs(arguments) do
    local key, value = argument:match("^(%w+)=(.*)$")
    if key == "code" then code = value end
    if key == "from" then from = tonumber(value) end
    if key == "phones" then phones = tonumber(value) end
    if key == "skip" then skip = tonumber(value) end
    if key == "name" then name = value end
    if key == "rate" then gap = 1e6 / tonumber(value) end
    if key == "step" then
      local start, word, text = value:match("^(%u+)|(.*)|(.*)$")
      table.insert(steps, { start = start .. " ", word = word, text = text })
    end
  end
  step_count = #steps
  math.randomseed(number * 7919 + os.time())
  head = "POST " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port ..
    "\r\nUser-Agent: at-ussd-api\r\nAccept: */*\r\n" ..
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
  if gap then delay = paced end
end

-- A dial is due at its moment whether or not the reply before it has come: what it waits for that
-- reply counts, so that a server that stalls can't slow down those who measure it. What it waits
-- for wrk's own clock (milliseconds) does not.
function paced()
  local now = microseconds()
  due = (due or now) - gap * math.log(1 - math.random())
  local wait = due - now
  waited_for_reply = wait <= 0
  return wait <= 0 and 0 or math.floor(wait / 1000 + 0.5)
end

local function dial_anew()
  step = 1
  dials = (dials or 0) + 1
  local phone = from + (number - 1) * phones + (skip + dials - 1) % phones
  body_head = string.format(
    "sessionId=ATUid_%s%04x%08x&phoneNumber=%%2B221%09d&networkCode=60801&serviceCode=%s&text=",
    name, number, dials, phone, code)
end

function request()
  if number == 1 and not looked_at then -- wrk looks at one request and does not send it
    looked_at = true
    return head .. "0\r\n\r\n"
  end
  if asked then lost, step = lost + 1, step_count end -- the connection broke: no reply came
  if step == 0 or step == step_count then dial_anew() else step = step + 1 end
  asked = true
  local body = body_head .. steps[step].text
  began = (waited_for_reply and due) or microseconds()
  return head .. #body .. "\r\n\r\n" .. body
end

local function complain(status, body)
  if example == "" then
    example = "step " .. step .. ": " .. status .. " " .. body:sub(1, 100):gsub("%s", " ")
  end
  step = step_count -- the next request dials anew
end

function response(status, _, body)
  asked = false
  local class = math.floor(math.log(math.max(microseconds() - began, 1)) / FINENESS)
  local slot = "took_" .. step .. "_" .. class
  _G[slot] = (_G[slot] or 0) + 1
  local expected = steps[step]
  if status ~= 200 then
    refused = refused + 1
    complain(status, body)
  elseif body:sub(1, 4) ~= expected.start then
    wrong_start = wrong_start + 1
    complain(status, body)
  elseif not body:find(expected.word, 1, true) then
    wrong_word = wrong_word + 1
    complain(status, body)
  elseif step == step_count then
    conversations = conversations + 1
  end
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(sign)
    return string.format("\\u%04x", sign:byte())
  end) .. '"'
end

local function durations_of(step)
  local found = {}
  for class = 0, math.floor(math.log(6e7) / FINENESS) do
    local count = 0
    for _, thread in ipairs(threads) do
      count = count + (thread:get("took_" .. step .. "_" .. class) or 0)
    end
    if count > 0 then
      local middle = math.exp((class + 0.5) * FINENESS)
      table.insert(found, string.format("[%.1f,%d]", middle, count))
    end
  end
  return "[" .. table.concat(found, ",") .. "]"
end

function done(summary)
  local said = { requests = summary.requests, microseconds = summary.duration }
  for _, name in ipairs({ "conversations", "refused", "wrong_start", "wrong_word", "lost" }) do
    said[name] = 0
    for _, thread in ipairs(threads) do said[name] = said[name] + thread:get(name) end
  end
  for _, thread in ipairs(threads) do -- those who still wait, for long
    if thread:get("asked") and microseconds() - thread:get("began") > 1e6 then
      said.lost = said.lost + 1
    end
  end
  local errors = summary.errors
  said.sockets = errors.connect + errors.read + errors.write
  said.timeouts = errors.timeout
  local parts, shown, took = {}, "", {}
  for key, value in pairs(said) do table.insert(parts, string.format('"%s":%d', key, value)) end
  for _, thread in ipairs(threads) do if shown == "" then shown = thread:get("example") end end
  for step = 1, threads[1]:get("step_count") do table.insert(took, durations_of(step)) end
  io.write("{" .. table.concat(parts, ",") .. ',"example":' .. quoted(shown) ..
    ',"took":[' .. table.concat(took, ",") .. "]}\n")
end
