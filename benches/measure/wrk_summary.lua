-- The summary of a run as one line of JSON: wrk's own text rounds the bytes.
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"microseconds": %d, "requests": %d, "bytes": %d, "failed": %d, "refused": %d, "p50": %d, "p99": %d}\n',
    summary.duration, summary.requests, summary.bytes,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status,
    latency:percentile(50), latency:percentile(99)))
end
