-- Each request with the next of the tokens in the file that BENCH_TOKENS names, one token a line.
-- The requests are written out beforehand: what wrk does meanwhile is the same for whomever it asks.

local requests = {}
local turn = 0

function init(args)
  for token in io.lines(os.getenv("BENCH_TOKENS")) do
    wrk.headers["Authorization"] = "Bearer " .. token
    requests[#requests + 1] = wrk.format()
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
