-- Visitors for wrk: every request is another decision, with a UUID of version 7 and a consent id of its own.
local host, services, material = os.getenv("CROWD_HOST"), os.getenv("CROWD_SERVICES"), os.getenv("CROWD_MATERIAL")
local head = {
  ["Content-Type"] = "text/plain;charset=UTF-8",
  ["Origin"] = "https://" .. host,
  ["Referer"] = "https://" .. host .. "/",
  ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  ["Accept"] = "*/*",
  ["Accept-Language"] = "nl,en;q=0.5",
  ["Accept-Encoding"] = "gzip, deflate, br",
}
local yes = '","event":"given","method":"banner","layer":1,"granted":' .. services .. ',"denied":[]'
local no = '","event":"refused","method":"banner","layer":1,"granted":[],"denied":' .. services
local rest = ',"notice":"' .. string.rep("9a", 32) .. '","material":"' .. material ..
  '","language":"nl","claimed_at":"2026-11-25T12:00:00Z","gpc":false}'
local random, floor = math.random, math.floor
local counter, begin = 0, tonumber(os.getenv("CROWD_MILLISECONDS"))
math.randomseed(tonumber(os.getenv("CROWD_SEED")))

function request()
  counter = counter + 1
  local at = begin + floor(counter / 16)
  local id = string.format("%08x-%04x-7%03x-8%03x-%06x%06x", floor(at / 65536), at % 65536, counter % 4096,
    random(0, 4095), random(0, 16777215), random(0, 16777215))
  local name = string.format("%06x%06x%06x%04x", random(0, 16777215), random(0, 16777215), random(0, 16777215), random(0, 65535))
  local body = '{"id":"' .. id .. '","consent_id":"' .. name .. (counter % 2 == 0 and yes or no) .. rest
  return wrk.format("POST", "/consent/" .. host, head, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "bad": %d}\n', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
