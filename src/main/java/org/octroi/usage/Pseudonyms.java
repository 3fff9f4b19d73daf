package org.octroi.usage;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.octroi.secret.Seal;
import org.springframework.stereotype.Component;

/**
 * Names a caller's address without keeping it: the first 128 bits of HMAC-SHA-256 under a key of
 * the day, of an IPv4 address or of the /64 that an IPv6 address lies in. The same address has
 * another name each day; without the key file nobody can go back. Safe for use by many threads.
 */
@Component
public final class Pseudonyms {

  private static final int BYTES = 16;

  private final LoadingCache<LocalDate, SecretKeySpec> keys;

  public Pseudonyms(Seal seal) {
    this.keys =
        Caffeine.newBuilder()
            .maximumSize(8)
            .build(day -> new SecretKeySpec(seal.derive("pseudonym-" + day), "HmacSHA256"));
  }

  /**
   * The pseudonym of an address on a day: 22 characters of base64url.
   *
   * @param day the territory's local day
   */
  public String of(InetAddress address, LocalDate day) {
    byte[] network =
        address instanceof Inet4Address
            ? address.getAddress()
            : Arrays.copyOf(address.getAddress(), 8);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(keys.get(day));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(mac.doFinal(network), BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 does not work in this JVM", e);
    }
  }
}
