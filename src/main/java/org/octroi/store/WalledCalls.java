package org.octroi.store;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocketFactory;
import org.springframework.stereotype.Component;

/**
 * Calls servers outside, as far as the {@link AddressWall} lets through: for addresses that people
 * name, beside those of stores. Safe for use by many threads.
 */
@Component
public class WalledCalls {

  private final AddressWall wall;
  private final SSLSocketFactory tls;
  private final Duration connectTimeout;

  WalledCalls(AddressWall wall, TrustedTls tls, StoreProperties properties) {
    this.wall = wall;
    this.tls = tls.client().context().getSocketFactory();
    this.connectTimeout = properties.connectTimeout();
  }

  /**
   * Sends one POST and waits for the status of its answer; follows no redirect. Without TLS it goes
   * only where the operator allowed the address (octroi.store.allowed-addresses).
   *
   * @param fields of the header, in visible ASCII, beside those of every request
   * @param limit the most that it may take from the connection to the answer
   * @return the HTTP status, 200 to 599
   */
  public int tell(CalledAddress address, Map<String, String> fields, byte[] body, Duration limit)
      throws NoAnswerException {
    return within(limit, call -> call.tell(address, fields, body));
  }

  /** What came back. */
  public record Answer(int status, byte[] body) {}

  /**
   * Reads what is there by GET; follows no redirect. Without TLS it goes only where the operator
   * allowed the address (octroi.store.allowed-addresses).
   *
   * @param fields of the header, in visible ASCII, beside those of every request
   * @param limit the most that it may take from the connection to the end of the answer
   */
  public Answer read(CalledAddress address, Map<String, String> fields, Duration limit)
      throws NoAnswerException {
    WalledCall.Answer answer = within(limit, call -> call.read(address, fields));
    return new Answer(answer.status(), answer.body());
  }

  /**
   * Posts this and reads the answer; follows no redirect. Without TLS it goes only where the
   * operator allowed the address (octroi.store.allowed-addresses).
   *
   * @param fields of the header, in visible ASCII, beside those of every request
   * @param limit the most that it may take from the connection to the end of the answer
   */
  public Answer post(CalledAddress address, Map<String, String> fields, byte[] body, Duration limit)
      throws NoAnswerException {
    WalledCall.Answer answer = within(limit, call -> call.post(address, fields, body));
    return new Answer(answer.status(), answer.body());
  }

  private interface Calling<A> {
    A by(WalledCall call) throws NoAnswerException;
  }

  private <A> A within(Duration limit, Calling<A> calling) throws NoAnswerException {
    AtomicBoolean late = new AtomicBoolean();
    try (WalledCall call = new WalledCall(wall, tls, connectTimeout)) {
      Thread watch =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Thread.sleep(limit);
                      late.set(true);
                      call.close();
                    } catch (InterruptedException answered) {
                      Thread.currentThread().interrupt();
                    }
                  });
      try {
        return calling.by(call);
      } catch (NoAnswerException e) {
        throw late.get()
            ? new NoAnswerException("it did not answer within " + limit.toSeconds() + " s")
            : e;
      } finally {
        watch.interrupt();
      }
    }
  }
}
