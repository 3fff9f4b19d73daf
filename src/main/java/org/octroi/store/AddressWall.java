package org.octroi.store;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.octroi.problem.StartRefusedException;
import org.octroi.vocabulary.AddressRange;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Keeps a store's address out of the inside network, so that nobody reaches through the gate what
 * only the gate can reach (CWE-918). A holder names a store's host; what it resolves to must be a
 * public address and none of this machine's own, unless the operator allowed it by host and port.
 *
 * <p>The address that was checked is the one to connect to: a name is resolved once, and never
 * again between check and use. Safe for use by many threads.
 */
@Component
public class AddressWall {

  /** IANA special-purpose registries (RFC 6890 and later), and a cloud's metadata address. */
  private static final List<AddressRange> INSIDE =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "168.63.129.16/32",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4",
              "::/96",
              "64:ff9b:1::/48",
              "100::/64",
              "2001::/23",
              "2001:db8::/32",
              "3fff::/20",
              "5f00::/16",
              "fc00::/7",
              "fe80::/10",
              "fec0::/10",
              "ff00::/8")
          .map(AddressRange::of)
          .toList();

  private static final AddressRange NAT64 = AddressRange.of("64:ff9b::/96");
  private static final AddressRange SIX_TO_FOUR = AddressRange.of("2002::/16");
  private static final AddressRange MAPPED = new AddressRange(mapped(), 96);

  private final List<Allowed> allowed = new CopyOnWriteArrayList<>();
  private final OwnAddresses own;

  private sealed interface Allowed {
    record Range(AddressRange range, int port) implements Allowed {}

    record Host(String name, int port) implements Allowed {}
  }

  @Autowired
  AddressWall(StoreProperties properties) {
    this(properties, new OwnAddresses(OwnAddresses::ofInterfaces, System::nanoTime));
  }

  AddressWall(StoreProperties properties, OwnAddresses own) {
    this.own = own;
    for (String entry : properties.allowedAddresses()) {
      try {
        int colon = entry.lastIndexOf(':');
        allow(entry.substring(0, Math.max(0, colon)), Integer.parseInt(entry.substring(colon + 1)));
      } catch (IllegalArgumentException e) {
        throw new StartRefusedException(
            "octroi.store.allowed-addresses has \"" + entry + "\", which is no host and port.",
            "Write host:port, address:port or range:port, such as 127.0.0.1:8090,"
                + " 10.1.0.0/16:5432 or [fd00::/8]:443.");
      }
    }
  }

  /**
   * Lets stores have an inside address.
   *
   * @param host a name, an address, or a range such as {@code 10.1.0.0/16}
   * @param port the one port that is allowed there
   * @throws IllegalArgumentException when the host is no name, address or range, or the port is not
   *     within 1 and 65535
   */
  public void allow(String host, int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
    }
    String plain = bare(host);
    if (plain.matches("[0-9./]+|[0-9a-fA-F:./]*:[0-9a-fA-F:./]*")) {
      allowed.add(new Allowed.Range(AddressRange.of(plain), port));
    } else if (plain.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
      allowed.add(new Allowed.Host(plain, port));
    } else {
      throw new IllegalArgumentException(host + " is no host");
    }
  }

  /**
   * Resolves a store's host to the address to connect to; may take as long as the name service.
   *
   * @throws WalledException when it resolves to inside addresses only, or the machine's own can't
   *     be told
   * @throws UnknownHostException when it does not resolve
   */
  InetSocketAddress checked(String host, int port) throws UnknownHostException, WalledException {
    String plain = bare(host);
    for (InetAddress address : InetAddress.getAllByName(plain)) {
      if (isAllowed(plain, address, port) || !isWalled(address.getAddress())) {
        return connectable(address, port);
      }
    }
    throw new WalledException(host, port);
  }

  /**
   * Likewise, and only where the operator allowed the host and port by name, address or range.
   *
   * @throws WalledException when nobody allowed it
   * @throws UnknownHostException when it does not resolve
   */
  InetSocketAddress expresslyAllowed(String host, int port)
      throws UnknownHostException, WalledException {
    String plain = bare(host);
    for (InetAddress address : InetAddress.getAllByName(plain)) {
      if (isAllowed(plain, address, port)) {
        return connectable(address, port);
      }
    }
    throw WalledException.ofPlainHttp(host, port);
  }

  /** By its bytes alone, so that nothing resolves the name again. */
  private static InetSocketAddress connectable(InetAddress address, int port)
      throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByAddress(address.getAddress()), port);
  }

  private boolean isAllowed(String host, InetAddress address, int port) {
    return allowed.stream()
        .anyMatch(
            entry ->
                switch (entry) {
                  case Allowed.Range range ->
                      range.port() == port && range.range().contains(address.getAddress());
                  case Allowed.Host name -> name.port() == port && name.name().equals(host);
                });
  }

  private boolean isWalled(byte[] address) throws WalledException {
    try {
      Optional<byte[]> embedded = embedded(address);
      return (embedded.isPresent() && isWalled(embedded.get()))
          || INSIDE.stream().anyMatch(range -> range.contains(address))
          || own.contains(address);
    } catch (SocketException e) {
      throw new WalledException("the gate can't list its own addresses: " + e.getMessage());
    }
  }

  /** The IPv4 address that an IPv6 address stands for, where it does. */
  private static Optional<byte[]> embedded(byte[] address) {
    if (MAPPED.contains(address) || NAT64.contains(address)) {
      return Optional.of(Arrays.copyOfRange(address, 12, 16));
    }
    return SIX_TO_FOUR.contains(address)
        ? Optional.of(Arrays.copyOfRange(address, 2, 6))
        : Optional.empty();
  }

  private static byte[] mapped() {
    byte[] prefix = new byte[16];
    prefix[10] = (byte) 0xFF;
    prefix[11] = (byte) 0xFF;
    return prefix;
  }

  private static String bare(String host) {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return (bracketed ? host.substring(1, host.length() - 1) : host).toLowerCase(Locale.ROOT);
  }

  /** A host resolves to the inside network. */
  static final class WalledException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String what;

    WalledException(String host, int port) {
      this(
          host
              + " is an inside address; an operator can allow "
              + host
              + ":"
              + port
              + " in octroi.store.allowed-addresses");
    }

    static WalledException ofPlainHttp(String host, int port) {
      return new WalledException(
          "http without TLS goes only where an operator allowed "
              + host
              + ":"
              + port
              + " in octroi.store.allowed-addresses; use https");
    }

    private WalledException(String what) {
      super(what);
      this.what = what;
    }

    String what() {
      return what;
    }
  }
}
