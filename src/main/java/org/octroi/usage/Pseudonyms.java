package org.octroi.usage;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
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

  private static final String ALGORITHM = "HmacSHA256";

  private final Seal seal;
  private final LoadingCache<LocalDate, SecretKeySpec> keys;

  /** At a gate by itself: the desk's own keys, by day. */
  private volatile Map<LocalDate, SecretKeySpec> brought = Map.of();

  public Pseudonyms(Seal seal) {
    this.seal = seal;
    this.keys = Caffeine.newBuilder().maximumSize(8).build(this::keyOf);
  }

  private SecretKeySpec keyOf(LocalDate day) {
    @Nullable SecretKeySpec theDesks = brought.get(day);
    return theDesks == null ? new SecretKeySpec(key(day), ALGORITHM) : theDesks;
  }

  /** The key of a day, 32 bytes, for a gate elsewhere, so that it names an address as this does. */
  public byte[] key(LocalDate day) {
    return seal.derive("pseudonym-" + day);
  }

  /**
   * From now on these keys of the desk's are used on their days, and keys of this machine's own on
   * all others.
   */
  public void bring(Map<LocalDate, byte[]> keysByDay) {
    Map<LocalDate, SecretKeySpec> all = new HashMap<>();
    keysByDay.forEach((day, key) -> all.put(day, new SecretKeySpec(key, ALGORITHM)));
    brought = Map.copyOf(all);
    keys.invalidateAll();
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
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(keys.get(day));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(mac.doFinal(network), BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 does not work in this JVM", e);
    }
  }
}
