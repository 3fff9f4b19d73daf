package org.octroi.store;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of this machine, public ones too: what listens there may trust whoever comes from
 * it. Listed anew after a few seconds, since interfaces come and go. Safe for use by many threads.
 */
final class OwnAddresses {

  private static final long BELIEVED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Source source;
  private final LongSupplier nanoTime;
  private volatile @Nullable Listed listed;

  /** Where they are listed. */
  interface Source {
    Set<InetAddress> list() throws SocketException;
  }

  private record Listed(Set<InetAddress> addresses, long atNanos) {}

  OwnAddresses(Source source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
  }

  /** The addresses of all network interfaces. */
  static Set<InetAddress> ofInterfaces() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether an address is one of them.
   *
   * @throws SocketException when they can't be listed
   */
  boolean contains(byte[] address) throws SocketException {
    Listed known = listed;
    long now = nanoTime.getAsLong();
    if (known == null || now - known.atNanos() >= BELIEVED_NANOS) {
      known = new Listed(source.list(), now);
      listed = known;
    }
    // Compared by their bytes, so the zone of a link-local address makes no difference.
    return known.addresses().stream().anyMatch(own -> Arrays.equals(own.getAddress(), address));
  }
}
