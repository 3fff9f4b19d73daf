package org.octroi.gate;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What the gate counts of itself: {@code octroi.gate.requests} (a timer, by class of status),
 * {@code octroi.gate.bytes} and {@code octroi.gate.connections}.
 */
final class GateMetrics {

  private final Timer[] requestsByClass = new Timer[6];
  private final Counter bytes;

  GateMetrics(MeterRegistry meters, Supplier<Number> connections) {
    for (int i = 0; i < requestsByClass.length; i++) {
      requestsByClass[i] =
          Timer.builder("octroi.gate.requests")
              .description("Requests answered, by class of status; none where the client went away")
              .tag("status", i == 0 ? "none" : i + "xx")
              .register(meters);
    }
    this.bytes =
        Counter.builder("octroi.gate.bytes")
            .description("Bytes of body that went out")
            .baseUnit("bytes")
            .register(meters);
    Gauge.builder("octroi.gate.connections", connections)
        .description("Open connections of clients")
        .register(meters);
  }

  void answered(int status, long bodyBytes, long nanos) {
    requestsByClass[Math.clamp(status / 100, 0, 5)].record(nanos, TimeUnit.NANOSECONDS);
    bytes.increment(bodyBytes);
  }
}
