package org.octroi.gate;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.time.Clock;
import org.octroi.entitlement.Entitlements;
import org.octroi.gate.http.Exchange;
import org.octroi.gate.http.GateSocket;
import org.octroi.gate.http.Request;
import org.octroi.gate.http.Responder;
import org.octroi.gate.http.WireProtocols;
import org.octroi.problem.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The gate as the program starts and stops it. It opens last, when all that it needs is there, and
 * closes first: the port at once, the connections when what they asked for has been answered.
 */
public final class Gate implements SmartLifecycle, Responder {

  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

  private final GateProperties properties;
  private final Entitlements entitlements;
  private final GatePath path;
  private final Preflight preflight;
  private final ResourceMetadata metadata;
  private final Answer answer;
  private final Clock clock;
  private final GateSocket socket;
  private final GateMetrics metrics;

  private volatile int port;
  private volatile boolean running;

  Gate(
      GateProperties properties,
      Entitlements entitlements,
      GatePath path,
      Preflight preflight,
      ResourceMetadata metadata,
      Answer answer,
      WireProtocols protocols,
      Clock clock,
      MeterRegistry meters) {
    this.properties = properties;
    this.entitlements = entitlements;
    this.path = path;
    this.preflight = preflight;
    this.metadata = metadata;
    this.answer = answer;
    this.clock = clock;
    this.socket =
        new GateSocket(
            new InetSocketAddress(properties.address(), properties.port()),
            properties.usableTransport(),
            properties.wire(),
            protocols,
            this);
    this.metrics = new GateMetrics(meters, socket::openConnections);
  }

  /** The port that it listens on; 0 before it does. */
  public int port() {
    return port;
  }

  @Override
  public void start() {
    port = socket.open();
    running = true;
    LOG.atInfo()
        .addKeyValue("port", port)
        .addKeyValue("transport", socket.transport())
        .log("The gate is open");
  }

  @Override
  public void stop() {
    socket.close(properties.shutdownGrace());
    running = false;
    LOG.atInfo().log("The gate is closed");
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void serve(Request request, Exchange exchange) {
    if (request.target().segments().equals(ResourceMetadata.SEGMENTS)
        && (request.method().equals("GET") || request.method().equals("HEAD"))) {
      metadata.answer(exchange);
    } else if (request.method().equals("OPTIONS")) {
      preflight.answer(request, exchange, entitlements.current());
    } else {
      path.begin(new Passage(request, exchange, entitlements.current(), clock));
    }
  }

  @Override
  public void refuse(Refusal refusal, Exchange exchange) {
    answer.refuse(exchange, refusal);
  }

  @Override
  public void answered(int status, long bodyBytes, long nanos) {
    metrics.answered(status, bodyBytes, nanos);
  }
}
