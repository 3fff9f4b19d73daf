package org.octroi.store;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.octroi.vocabulary.StoreId;

/**
 * Where a question goes, and what is asked for there.
 *
 * @param key what connections to it are kept under
 * @param target path and query, encoded
 * @param host the value of {@code Host}
 */
record HttpPlace(HttpPool.Key key, String target, String host) {

  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  static HttpPlace of(StoreId store, StoreAddress.Http address, String target) {
    return new HttpPlace(new HttpPool.Key(store, address), target, host(address));
  }

  StoreAddress.Http address() {
    return key.address();
  }

  /** Whether a credential for the one may be shown to the other. */
  boolean sameOrigin(HttpPlace other) {
    return address().secure() == other.address().secure()
        && address().port() == other.address().port()
        && address().host().equalsIgnoreCase(other.address().host());
  }

  /**
   * Where a redirect leads (RFC 9110 §10.2.2); empty where it is no address of HTTP, names a user,
   * or leads out of TLS.
   */
  Optional<HttpPlace> redirected(String location) {
    try {
      URI to = URI.create(scheme() + "://" + host + target).resolve(location);
      String scheme = to.getScheme() == null ? "" : to.getScheme().toLowerCase(Locale.ROOT);
      boolean secure = scheme.equals("https");
      if ((!secure && !scheme.equals("http"))
          || (address().secure() && !secure)
          || to.getHost() == null
          || to.getRawUserInfo() != null) {
        return Optional.empty();
      }
      int port = to.getPort() > 0 ? to.getPort() : secure ? HTTPS : HTTP;
      String path = to.getRawPath() == null || to.getRawPath().isEmpty() ? "/" : to.getRawPath();
      String query = to.getRawQuery() == null ? "" : '?' + to.getRawQuery();
      String name = to.getHost();
      boolean bracketed = name.startsWith("[") && name.endsWith("]");
      return Optional.of(
          of(
              key.store(),
              new StoreAddress.Http(
                  secure, bracketed ? name.substring(1, name.length() - 1) : name, port, ""),
              path + query));
    } catch (IllegalArgumentException noAddress) {
      return Optional.empty();
    }
  }

  private String scheme() {
    return address().secure() ? "https" : "http";
  }

  private static String host(StoreAddress.Http address) {
    String name = address.host().indexOf(':') >= 0 ? '[' + address.host() + ']' : address.host();
    boolean usual = address.port() == (address.secure() ? HTTPS : HTTP);
    return (usual ? name : name + ':' + address.port()).toLowerCase(Locale.ROOT);
  }
}
