package org.octroi.store;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocketFactory;
import org.springframework.stereotype.Component;

/**
 * Tells servers outside something by POST, as far as the {@link AddressWall} lets through: for
 * addresses that people name, beside those of stores. Safe for use by many threads.
 */
@Component
public class WalledPosts {

  private final AddressWall wall;
  private final SSLSocketFactory tls;
  private final Duration connectTimeout;

  WalledPosts(AddressWall wall, TrustedTls tls, StoreProperties properties) {
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
  public int tell(PostAddress address, Map<String, String> fields, byte[] body, Duration limit)
      throws NoAnswerException {
    AtomicBoolean late = new AtomicBoolean();
    try (WalledPost post = new WalledPost(wall, tls, connectTimeout)) {
      Thread watch =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Thread.sleep(limit);
                      late.set(true);
                      post.close();
                    } catch (InterruptedException answered) {
                      Thread.currentThread().interrupt();
                    }
                  });
      try {
        return post.tell(address, fields, body);
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
