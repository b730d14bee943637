-- Devices for wrk: requests that were signed beforehand stand in a file, each ended by a NUL; one after another, then the end.
local file = assert(io.open(os.getenv("CROWD_FILE"), "rb"))
local text, place, last = file:read("*a"), 1, nil
file:close()

function request()
  local stop = text:find("\0", place, true)
  if not stop then
    -- Until it has stopped it asks for more; the last one again changes nothing.
    wrk.thread:stop()
    return last
  end
  last = text:sub(place, stop - 1)
  place = stop + 1
  return last
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "bad": %d}\n', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
