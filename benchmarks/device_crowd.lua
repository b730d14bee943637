-- Devices for wrk: requests that were signed beforehand stand in a file, each ended by a NUL; one after another, then the end.
local file = assert(io.open(os.getenv("CROWD_FILE"), "rb"))
local text, place = file:read("*a"), 1
file:close()

function request()
  local stop = text:find("\0", place, true)
  if not stop then
    wrk.thread:stop()
    place = 1
    stop = text:find("\0", place, true)
  end
  local found = text:sub(place, stop - 1)
  place = stop + 1
  return found
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "bad": %d}\n', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
